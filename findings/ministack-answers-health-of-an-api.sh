#!/usr/bin/env bash
# ministack 1.5.33 answers GET /health of a deployed HTTP API itself, with its own services, where the API is asked by its own
# host name; by the path that it also has for APIs, the API's route answers.
#
# Guess: <api>.execute-api.localhost is the API, as its output ApiEndpoint says, so that every route of it is reached there;
# the emulator's own pages are at its own address.
# Seen (Python 3.11.7, boto3 1.43.106, 2026-11-29): two routes, GET /health and GET /other, one integration. By name: /other is the integration's
# answer, /health is {"services": ...} with status 200. By path: both are the integration's.
# Who tests a deployment by the address that its outputs name takes the emulator's health for the service's: both are 200.
# Source: tried.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
emulator=
trap '[ -z "$emulator" ] || kill "$emulator" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check ministack==1.5.33 cryptography==50.0.2 boto3==1.43.106 >/dev/null 2>&1
port="$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
GATEWAY_PORT="$port" BIND_HOST=127.0.0.1 MINISTACK_HOST=localhost SERVICES=apigateway IOT_MTLS_ENABLED=0 TMPDIR="$folder" \
  venv/bin/ministack >emulator.log 2>&1 &
emulator=$!
cat >look.py <<'PY'
import json, sys, threading, time, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
import boto3

port = int(sys.argv[1])
at = f"http://127.0.0.1:{port}"


class Service(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"from": "the integration"}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


service = HTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=service.serve_forever, daemon=True).start()
for _ in range(240):
    try:
        urllib.request.urlopen(f"{at}/_ministack/health")
        break
    except OSError:
        time.sleep(0.25)
apis = boto3.client(
    "apigatewayv2", endpoint_url=at, region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test"
)
api = apis.create_api(Name="finding", ProtocolType="HTTP")["ApiId"]
integration = apis.create_integration(
    ApiId=api,
    IntegrationType="HTTP_PROXY",
    IntegrationMethod="GET",
    IntegrationUri=f"http://127.0.0.1:{service.server_port}/",
    PayloadFormatVersion="1.0",
)["IntegrationId"]
for path in ("/health", "/other"):
    apis.create_route(ApiId=api, RouteKey=f"GET {path}", Target=f"integrations/{integration}")
apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)


def who(url, host=None):
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    with urllib.request.urlopen(request) as answer:
        body = json.load(answer)
        return f"{answer.status} from the " + ("integration" if "from" in body else "emulator" if "services" in body else "?")


name = f"{api}.execute-api.localhost:{port}"
seen = {path: (who(at + path, name), who(f"{at}/_aws/execute-api/{api}/$default{path}")) for path in ("/other", "/health")}
for path, (by_name, by_path) in seen.items():
    print(f"GET {path}: by name {by_name}; by path {by_path}")
expected = {
    "/other": ("200 from the integration", "200 from the integration"),
    "/health": ("200 from the emulator", "200 from the integration"),
}
sys.exit(0 if seen == expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py "$port"
