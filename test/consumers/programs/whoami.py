# Prints whom boto3 acts as; with UNTIL again and again, until that file is there.
import os
import time

import boto3

# boto3 before 1.28 reads no endpoint from the environment.
sts = boto3.client("sts", endpoint_url=os.environ["AWS_ENDPOINT_URL_STS"])
while True:
    print(sts.get_caller_identity()["Arn"], flush=True)
    if "UNTIL" not in os.environ or os.path.exists(os.environ["UNTIL"]):
        break
    time.sleep(0.5)
