#!/bin/bash
# Runs at every start, as root, for at most five minutes.
set -euo pipefail
packages=(pyarrow s3fs)
sudo -u ec2-user -i pip install --quiet "${packages[@]}"
