"""What boto3, or the AWS CLI by its own start-up, makes of each profile of many AWS files.

Arguments: `boto3` or `aws`, and a JSON file with {"url", "files": [{"id", "config", "credentials",
"names"}]}. Prints JSON: {id: {"refused": message} or {"profiles": {name: result}}}.
"""
import contextlib
import getpass
import io
import json
import os
import shutil
import sys

kind, job_path = sys.argv[1:3]
with open(job_path, encoding='utf-8') as job_file:
    job = json.load(job_file)

# The same answer to every question for a code; what asks keeps the function that it finds.
getpass.getpass = lambda *_, **__: '123456'

if kind == 'aws':
    # First of all: it puts its own botocore in the place of another.
    from awscli.clidriver import create_clidriver
else:
    import boto3
import botocore.session
from botocore.exceptions import ProfileNotFound

create_client = botocore.session.Session.create_client


def create_client_here(self, service_name, *args, **kwargs):
    """Neither Debian's boto3 nor its AWS CLI knows AWS_ENDPOINT_URL_SSO.

    With an address of its own, STS has no global endpoint to fall back on.
    """
    region = kwargs.get('region_name') or self.get_config_variable('region') or 'us-east-1'
    here = {**kwargs, 'region_name': region, 'endpoint_url': job['url']}
    return create_client(self, service_name, *args, **here)


botocore.session.Session.create_client = create_client_here
# Shared, as reading the models of the services is what takes time; the CLI has some of its own.
first = create_clidriver([]).session if kind == 'aws' else botocore.session.Session()
loader = first.get_component('data_loader')


def open_session(name=None):
    """A session as boto3, or the AWS CLI, starts with."""
    session = botocore.session.Session()
    session.register_component('data_loader', loader)
    if name is not None:
        boto3.Session(botocore_session=session, profile_name=name)
    return session


def read_with_boto3(name):
    try:
        session = open_session(name)
    except ProfileNotFound:
        return {'known': False}
    result = {'known': True, 'region': session.get_config_variable('region')}
    try:
        credentials = session.get_credentials()
        if credentials is None:
            return {**result, 'problem': 'no credentials'}
        keys = credentials.get_frozen_credentials()
        return {**result, 'keys': [keys.access_key, keys.secret_key, keys.token or '']}
    except Exception as error:
        return {**result, 'problem': f'{type(error).__name__}: {error}'}


def read_with_cli(name):
    """By `aws configure export-credentials`, as its main function would run it."""
    # In a process of its own it would not be there.
    os.environ.pop('_AWS_CLI_PROFILE_CHAIN', None)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        driver = create_clidriver([])
        driver.session.register_component('data_loader', loader)
        status = driver.main(['configure', 'export-credentials', '--profile', name])
    if 'could not be found' in err.getvalue():
        return {'known': False}
    result = {'known': True, 'region': driver.session.get_config_variable('region')}
    if status != 0:
        return {**result, 'problem': err.getvalue().strip()}
    keys = json.loads(out.getvalue())
    names = ['AccessKeyId', 'SecretAccessKey', 'SessionToken']
    return {**result, 'keys': [keys.get(name, '') for name in names]}


read_profile = read_with_cli if kind == 'aws' else read_with_boto3


def read_files(files):
    # Roles of the files before, which the CLI keeps without their source.
    shutil.rmtree(os.path.expanduser('~/.aws/cli'), ignore_errors=True)
    os.environ['AWS_CONFIG_FILE'] = files['config']
    os.environ['AWS_SHARED_CREDENTIALS_FILE'] = files['credentials']
    try:
        names = open_session().available_profiles
    except Exception as error:
        return {'refused': f'{type(error).__name__}: {error}'}
    wanted = dict.fromkeys([*names, *files['names']])
    return {'profiles': {name: read_profile(name) for name in wanted}}


print(json.dumps({files['id']: read_files(files) for files in job['files']}))
