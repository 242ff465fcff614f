# Prints whom the AWS SDK for Ruby acts as; with UNTIL again and again, until that file is there.
require 'aws-sdk-core'

# This version reads no endpoint from the environment.
client = Aws::STS::Client.new(endpoint: ENV['AWS_ENDPOINT_URL_STS'])
loop do
  puts client.get_caller_identity.arn
  $stdout.flush
  break if ENV['UNTIL'].nil? || File.exist?(ENV['UNTIL'])

  sleep 0.5
end
