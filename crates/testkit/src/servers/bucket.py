"""An S3 server for tests: moto's, behind a check of every signature by Amazon's own signer, which moto leaves out.

    python bucket.py PORT KEY SECRET BUCKET
"""

import datetime
import sys
from urllib.parse import parse_qsl

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
from werkzeug.test import Client

port, key, secret, bucket = sys.argv[1:]
shop = DomainDispatcherApplication(create_backend_app)


def refused(environ):
    """The code and the message of a refusal, or nothing if the address is signed well and in time."""
    path, _, query = environ["RAW_URI"].partition("?")
    given = dict(parse_qsl(query, keep_blank_values=True))
    if "X-Amz-Signature" not in given:
        return "AccessDenied", "Access Denied"
    if given["X-Amz-Credential"].split("/")[0] != key:
        return "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."
    region = given["X-Amz-Credential"].split("/")[2]
    signed = {}
    for name in given["X-Amz-SignedHeaders"].split(";"):
        variable = name.upper().replace("-", "_")
        signed[name] = environ.get("HTTP_" + variable, environ.get(variable, ""))
    pairs = [pair for pair in query.split("&") if not pair.startswith("X-Amz-Signature=")]
    url = f"http://{environ['HTTP_HOST']}{path}?{'&'.join(pairs)}"
    request = AWSRequest(method=environ["REQUEST_METHOD"], url=url, headers=signed)
    request.context["timestamp"] = given["X-Amz-Date"]
    signer = S3SigV4QueryAuth(Credentials(key, secret), "s3", region)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    if signer.signature(text, request) != given["X-Amz-Signature"]:
        return "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."
    began = datetime.datetime.strptime(given["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    ends = began + datetime.timedelta(seconds=int(given["X-Amz-Expires"]))
    if ends < datetime.datetime.utcnow():
        return "AccessDenied", "Request has expired"
    return None


def guarded(environ, start_response):
    refusal = refused(environ)
    if refusal is None:
        return shop(environ, start_response)
    body = "<?xml version=\"1.0\"?><Error><Code>{}</Code><Message>{}</Message></Error>".format(*refusal).encode()
    headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
    start_response("403 Forbidden", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


made = Client(shop).put(f"/{bucket}", base_url=f"http://127.0.0.1:{port}")
assert made.status_code == 200, made.data
run_simple("127.0.0.1", int(port), guarded, threaded=True)
