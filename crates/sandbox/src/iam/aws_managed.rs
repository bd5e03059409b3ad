//! AWS-managed policies: those that laboratories commonly attach. Any other name does not exist here.
//!
//! Names and paths are AWS's. The documents are shortened to the actions that they are about, on all resources and without
//! conditions; above all, only `AdministratorAccess` and `IAMFullAccess` grant `iam:PassRole`, so that a broken pass-role
//! chain is never hidden by an attachment.

use serde_json::json;
use sha2::{Digest as _, Sha256};

/// One policy of the table.
pub(crate) struct AwsManagedPolicy {
    /// What follows `policy/` in its ARN: `service-role/AWSGlueServiceRole`.
    pub(crate) resource: &'static str,
    grant: Grant,
}

/// What a policy allows.
enum Grant {
    Actions(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

impl AwsManagedPolicy {
    /// When these policies were made: the day on which AWS introduced managed policies.
    pub(crate) const CREATED: &str = "2015-02-06T18:39:46Z";

    /// The ARN in a partition.
    pub(crate) fn arn(&self, partition: &str) -> String {
        format!("arn:{partition}:iam::aws:policy/{}", self.resource)
    }

    /// The name without its path.
    pub(crate) fn name(&self) -> &'static str {
        self.resource.rsplit('/').next().unwrap_or(self.resource)
    }

    /// A unique id in AWS's form, which follows from the name.
    pub(crate) fn id(&self) -> String {
        let digest = Sha256::digest(self.resource);
        let tail = digest.iter().take(17).map(|byte| char::from(b'A' + byte % 26));
        "ANPA".chars().chain(tail).collect()
    }

    /// The document of its one version.
    pub(crate) fn document(&self) -> String {
        let (element, actions) = match self.grant {
            Grant::Actions(actions) => ("Action", actions),
            Grant::AllBut(actions) => ("NotAction", actions),
        };
        json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", element: actions, "Resource": "*"}],
        })
        .to_string()
    }
}

/// The policy of that ARN, whatever its partition.
pub(crate) fn find(arn: &str) -> Option<&'static AwsManagedPolicy> {
    let (prefix, resource) = arn.split_once(":iam::aws:policy/")?;
    prefix.strip_prefix("arn:")?;
    POLICIES.iter().find(|policy| policy.resource == resource)
}

/// All policies of the table, ordered by path and name.
pub(crate) fn all() -> impl Iterator<Item = &'static AwsManagedPolicy> {
    POLICIES.iter()
}

const fn grants(resource: &'static str, actions: &'static [&'static str]) -> AwsManagedPolicy {
    AwsManagedPolicy { resource, grant: Grant::Actions(actions) }
}

#[rustfmt::skip] // One policy a line.
const POLICIES: &[AwsManagedPolicy] = &[
    grants("AWSCloudFormationFullAccess", &["cloudformation:*"]),
    grants("AWSCodeCommitReadOnly", &["codecommit:BatchGet*", "codecommit:Get*", "codecommit:GitPull", "codecommit:List*"]),
    grants("AWSGlueConsoleFullAccess", &["glue:*", "cloudwatch:*", "ec2:Describe*", "logs:*"]),
    grants("AWSKeyManagementServicePowerUser", &["kms:*"]),
    grants("AWSLambda_FullAccess", &["lambda:*", "cloudwatch:*", "ec2:Describe*", "logs:*"]),
    grants("AWSLambda_ReadOnlyAccess", &["ec2:Describe*", "lambda:Get*", "lambda:List*", "logs:*"]),
    grants("AWSStepFunctionsFullAccess", &["states:*"]),
    grants("AdministratorAccess", &["*"]),
    grants("AmazonAthenaFullAccess", &["athena:*", "cloudwatch:*", "ec2:Describe*", "logs:*"]),
    grants("AmazonBedrockFullAccess", &["bedrock:*", "cloudwatch:*", "ec2:Describe*", "logs:*"]),
    grants("AmazonDynamoDBFullAccess", &["dynamodb:*", "cloudwatch:*", "ec2:Describe*", "logs:*"]),
    grants("AmazonDynamoDBReadOnlyAccess", &["dynamodb:*", "ec2:Describe*", "lambda:Get*", "lambda:List*"]),
    grants("AmazonEC2ContainerRegistryFullAccess", &["cloudtrail:Lookup*", "ecr:*"]),
    grants("AmazonEC2ContainerRegistryPowerUser", &["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:Describe*", "ecr:Get*", "ecr:InitiateLayerUpload", "ecr:List*", "ecr:PutImage", "ecr:UploadLayerPart"]),
    grants("AmazonEC2ContainerRegistryReadOnly", &["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:Describe*", "ecr:Get*", "ecr:List*"]),
    grants("AmazonEC2FullAccess", &["autoscaling:*", "cloudwatch:*", "ec2:*", "elasticloadbalancing:*"]),
    grants("AmazonEC2ReadOnlyAccess", &["autoscaling:Describe*", "cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*", "ec2:Describe*", "ec2:Get*", "elasticloadbalancing:Describe*"]),
    grants("AmazonEKSClusterPolicy", &["autoscaling:Describe*", "autoscaling:Update*", "ec2:*", "elasticloadbalancing:*", "kms:Describe*"]),
    grants("AmazonEKSWorkerNodePolicy", &["ec2:Describe*", "eks:Describe*", "eks-auth:Assume*"]),
    grants("AmazonEKS_CNI_Policy", &["ec2:AssignPrivateIpAddresses", "ec2:AttachNetworkInterface", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:Describe*"]),
    grants("AmazonElasticFileSystemFullAccess", &["cloudwatch:Describe*", "cloudwatch:Get*", "ec2:*", "elasticfilesystem:*", "kms:Describe*", "kms:List*"]),
    grants("AmazonKinesisFullAccess", &["kinesis:*"]),
    grants("AmazonKinesisReadOnlyAccess", &["kinesis:Describe*", "kinesis:Get*", "kinesis:List*"]),
    grants("AmazonMSKFullAccess", &["kafka:*", "cloudwatch:*", "ec2:Describe*", "logs:*"]),
    grants("AmazonRDSFullAccess", &["rds:*", "cloudwatch:*", "ec2:Describe*", "logs:*"]),
    grants("AmazonRDSReadOnlyAccess", &["ec2:Describe*", "logs:Describe*", "logs:Get*", "rds:Describe*", "rds:List*"]),
    grants("AmazonRedshiftFullAccess", &["redshift:*", "cloudwatch:*", "ec2:Describe*", "logs:*"]),
    grants("AmazonS3FullAccess", &["s3:*", "s3-object-lambda:*"]),
    grants("AmazonS3ReadOnlyAccess", &["s3:Describe*", "s3:Get*", "s3:List*", "s3-object-lambda:Get*", "s3-object-lambda:List*"]),
    grants("AmazonSNSFullAccess", &["sms-voice:*", "sns:*"]),
    grants("AmazonSQSFullAccess", &["sqs:*"]),
    grants("AmazonSSMManagedInstanceCore", &["ec2messages:*", "ssm:*", "ssmmessages:Create*", "ssmmessages:Open*"]),
    grants("AmazonSageMakerFullAccess", &["sagemaker:*", "sagemaker-geospatial:*", "application-autoscaling:*", "athena:*", "cloudwatch:*", "codecommit:*", "cognito-idp:*", "ec2:Describe*", "ecr:*", "glue:*", "kms:Describe*", "kms:List*", "lambda:List*", "logs:*", "s3:*"]),
    grants("AmazonSageMakerReadOnly", &["sagemaker:BatchGetMetrics", "sagemaker:Describe*", "sagemaker:Get*", "sagemaker:List*", "ecr:Describe*"]),
    grants("AmazonVPCFullAccess", &["ec2:*"]),
    grants("AmazonVPCReadOnlyAccess", &["ec2:Describe*", "ec2:Get*"]),
    grants("CloudWatchAgentServerPolicy", &["cloudwatch:Put*", "ec2:Describe*", "logs:Create*", "logs:Describe*", "logs:Put*", "ssm:Get*", "xray:Get*", "xray:Put*"]),
    grants("CloudWatchFullAccess", &["autoscaling:Describe*", "cloudwatch:*", "logs:*", "oam:List*", "sns:*"]),
    grants("CloudWatchLogsFullAccess", &["cloudwatch:Generate*", "logs:*", "observabilityadmin:Get*", "observabilityadmin:List*"]),
    grants("CloudWatchLogsReadOnlyAccess", &["logs:Describe*", "logs:FilterLogEvents", "logs:Get*", "logs:List*"]),
    grants("CloudWatchReadOnlyAccess", &["autoscaling:Describe*", "cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*", "logs:Describe*", "logs:Get*"]),
    grants("IAMFullAccess", &["iam:*", "organizations:Describe*", "organizations:List*"]),
    grants("IAMReadOnlyAccess", &["iam:Get*", "iam:List*"]),
    AwsManagedPolicy {
        resource: "PowerUserAccess",
        grant: Grant::AllBut(&["account:*", "iam:*", "organizations:*"]),
    },
    grants("ReadOnlyAccess", &["cloudwatch:Get*", "cloudwatch:List*", "ec2:Describe*", "ec2:Get*", "ecr:Describe*", "ecr:Get*", "iam:Get*", "iam:List*", "kms:Describe*", "kms:List*", "logs:Describe*", "logs:Get*", "s3:Get*", "s3:List*", "sagemaker:Describe*", "sagemaker:List*"]),
    grants("SecretsManagerReadWrite", &["secretsmanager:*", "cloudwatch:*", "ec2:Describe*", "logs:*"]),
    grants("SecurityAudit", &["cloudtrail:Describe*", "cloudtrail:Get*", "ec2:Describe*", "iam:Get*", "iam:List*", "kms:Describe*", "kms:List*", "s3:GetBucket*", "s3:List*", "sagemaker:Describe*", "sagemaker:List*"]),
    grants("aws-service-role/AWSServiceRoleForAmazonEKSNodegroup", &["autoscaling:*", "ec2:*"]),
    grants("aws-service-role/AmazonSageMakerNotebooksServiceRolePolicy", &["ec2:*", "elasticfilesystem:*", "fsx:Describe*", "kms:Decrypt*", "sagemaker:*", "sso:Create*", "sso:Delete*", "sso:Get*"]),
    grants("aws-service-role/AutoScalingServiceRolePolicy", &["cloudwatch:*", "ec2:*", "vpc-lattice:*"]),
    grants("job-function/Billing", &["aws-portal:*", "billing:*", "budgets:*", "ce:*", "cur:*", "invoicing:*", "payments:*", "purchase-orders:*"]),
    grants("job-function/DatabaseAdministrator", &["cloudwatch:*", "datapipeline:*", "dynamodb:*", "ec2:Describe*", "elasticache:*", "lambda:*", "logs:*", "pi:*"]),
    grants("job-function/NetworkAdministrator", &["cloudwatch:*", "directconnect:*", "ec2:*", "elasticbeanstalk:*", "elasticloadbalancing:*", "logs:Describe*", "logs:Get*", "networkmanager:*"]),
    grants("job-function/SystemAdministrator", &["acm:*", "autoscaling:*", "cloudtrail:*", "cloudwatch:*", "codecommit:*", "codedeploy:*", "codepipeline:*", "config:*"]),
    grants("job-function/ViewOnlyAccess", &["ec2:Describe*", "iam:List*", "s3:ListAllMyBuckets", "sagemaker:Describe*", "sagemaker:List*"]),
    grants("service-role/AWSBatchServiceRole", &["autoscaling:*", "ec2:*", "ecs:*", "logs:Create*", "logs:Describe*", "logs:Put*"]),
    grants("service-role/AWSGlueServiceRole", &["cloudwatch:Put*", "ec2:Create*", "ec2:Delete*", "ec2:Describe*", "glue:*", "logs:Create*", "logs:Put*", "s3:*"]),
    grants("service-role/AWSLambdaBasicExecutionRole", &["logs:Create*", "logs:Put*"]),
    grants("service-role/AWSLambdaVPCAccessExecutionRole", &["ec2:*", "logs:Create*", "logs:Put*"]),
    grants("service-role/AmazonAPIGatewayPushToCloudWatchLogs", &["logs:*"]),
    grants("service-role/AmazonEBSCSIDriverPolicy", &["ec2:*"]),
    grants("service-role/AmazonEC2ContainerServiceforEC2Role", &["ec2:Describe*", "ecr:Get*", "ecs:*", "logs:Create*", "logs:Put*"]),
    grants("service-role/AmazonEC2RoleforSSM", &["ec2:Describe*", "ec2messages:*", "logs:Create*", "logs:Describe*", "logs:Put*", "s3:*", "ssm:*"]),
    grants("service-role/AmazonECSTaskExecutionRolePolicy", &["ecr:Get*", "logs:Create*", "logs:Put*"]),
    grants("service-role/AmazonElasticMapReduceRole", &["application-autoscaling:*", "ec2:*", "s3:Create*", "s3:Get*", "s3:List*", "sqs:*"]),
    grants("service-role/AmazonElasticMapReduceforEC2Role", &["cloudwatch:*", "dynamodb:*", "ec2:Describe*", "glue:*", "kinesis:*", "rds:Describe*", "s3:*", "sdb:*"]),
];
