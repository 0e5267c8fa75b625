# A key with an alias, made by Terraform on kmsbox:
#   kmsbox serve --dev &
#   terraform init && AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test terraform apply

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "kms_endpoint" {
  type    = string
  default = "http://127.0.0.1:4599"
}

provider "aws" {
  region                      = "us-east-1"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    kms = var.kms_endpoint
  }
}

resource "aws_kms_key" "orders" {
  description             = "orders"
  deletion_window_in_days = 7
  enable_key_rotation     = true

  tags = {
    stage = "test"
  }
}

resource "aws_kms_alias" "orders" {
  name          = "alias/orders"
  target_key_id = aws_kms_key.orders.key_id
}

output "key_arn" {
  value = aws_kms_key.orders.arn
}
