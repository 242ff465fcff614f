// Prints whom an AWS SDK for .NET acts as; with UNTIL again and again, until that file is there.
using System;
using System.IO;
using System.Threading.Tasks;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

var until = Environment.GetEnvironmentVariable("UNTIL");
try
{
    var client = new AmazonSecurityTokenServiceClient();
    while (true)
    {
        Console.WriteLine((await client.GetCallerIdentityAsync(new GetCallerIdentityRequest())).Arn);
        if (until is null || File.Exists(until)) return 0;
        await Task.Delay(500);
    }
}
catch (Exception problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
