// Prints whom the AWS SDK for Go v1 acts as; with UNTIL again and again, until that file is there.
package main

import (
	"fmt"
	"log"
	"os"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sts"
)

func main() {
	// It reads no endpoint from the environment.
	endpoint := aws.Config{Endpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL_STS"))}
	client := sts.New(session.Must(session.NewSession()), &endpoint)
	for {
		answer, err := client.GetCallerIdentity(nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(*answer.Arn)
		if _, err := os.Stat(os.Getenv("UNTIL")); os.Getenv("UNTIL") == "" || err == nil {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
}
