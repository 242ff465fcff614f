// Prints whom the AWS SDK for Go v2 acts as; with UNTIL again and again, until that file is there.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	settings, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	// This version reads no endpoint from the environment.
	endpoint := sts.EndpointResolverFromURL(os.Getenv("AWS_ENDPOINT_URL_STS"))
	client := sts.NewFromConfig(settings, sts.WithEndpointResolver(endpoint))
	for {
		answer, err := client.GetCallerIdentity(context.Background(), nil)
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
