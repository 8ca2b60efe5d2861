"""A client that knows the contract and nothing else: both subprotocols, a cut, a return, the same key twice."""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import websockets

JSON, PROTO = "v1.json.chot", "v1.proto.chot"


def call(base, method, path, token=None, body=None, key=None):
    request = urllib.request.Request(base + path, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if key:
        request.add_header("Idempotency-Key", key)
    data = None
    if body is not None:
        request.add_header("Content-Type", "application/json")
        data = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, data, timeout=30) as answer:
            return answer.status, json.load(answer), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), error.headers


def load_schema(proto):
    """Compiles the published schema with the ordinary compiler."""
    out = tempfile.mkdtemp()
    files = ["chot/live/v1/live.proto"]
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{proto}", f"--python_out={out}", *files]
    subprocess.run(command, check=True)
    sys.path.insert(0, out)
    from chot.live.v1 import live_pb2

    return live_pb2


class Viewer:
    """One viewer on one socket; frames are read as dictionaries in both subprotocols."""

    def __init__(self, base, session, subprotocol, schema):
        self.base, self.session = base, session
        self.subprotocol, self.schema = subprotocol, schema
        self.token, self.buyer, self.position, self.socket = None, None, None, None

    async def come(self, resume=False):
        body = {"name": "Chị Lan"}
        if self.token:
            body["buyer_token"] = self.token
        path = f"/v1/sessions/{self.session}/tickets"
        status, ticket, _ = call(self.base, "POST", path, body=body)
        assert status == 200, (status, ticket)
        if self.buyer:
            assert ticket["buyer"] == self.buyer, "the token makes them the same buyer again"
        self.token, self.buyer = ticket["buyer_token"], ticket["buyer"]
        url = self.base.replace("http", "ws", 1) + f"/v1/sessions/{self.session}/live"
        self.socket = await websockets.connect(url, subprotocols=[self.subprotocol])
        assert self.socket.subprotocol == self.subprotocol
        hello = {"type": "hello", "ticket": ticket["ticket"]}
        if resume:
            hello["resume"] = self.position
        await self.send(hello)
        welcome = await self.next("welcome")
        assert welcome["buyer"] == self.buyer
        return welcome

    async def send(self, message):
        if self.subprotocol == JSON:
            await self.socket.send(json.dumps(message))
            return
        frame = self.schema.ClientFrame()
        part = getattr(frame, message["type"])
        part.SetInParent()
        for name, value in message.items():
            if name == "resume":
                part.resume.epoch, part.resume.seq = value["epoch"], value["seq"]
            elif name == "lines":
                for line in value:
                    wanted = part.lines.add(code=line["code"])
                    wanted.quantity_milli = round(line["quantity"] * 1000)
            elif name != "type":
                setattr(part, name, value)
        await self.socket.send(frame.SerializeToString())

    def read(self, raw):
        if self.subprotocol == JSON:
            assert isinstance(raw, str)
            return json.loads(raw)
        assert isinstance(raw, bytes)
        frame = self.schema.ServerFrame()
        frame.ParseFromString(raw)
        kind = frame.WhichOneof("frame")
        part = getattr(frame, kind)
        read = {"type": kind}
        for field, value in part.ListFields():
            read[field.name] = value
        if part.DESCRIPTOR.fields_by_name.get("position"):
            read["position"] = {"epoch": part.position.epoch, "seq": part.position.seq}
        if kind == "outcome":
            read["receipt"] = part.receipt.hex()
            read["lines"] = [
                {"code": line.code, "held": line.held_milli / 1000, "waitlisted": line.waitlisted_milli / 1000}
                for line in part.lines
            ]
        if kind == "welcome":
            read["complete"] = part.complete
            read["orders"] = [{"order": order.order, "state": order.state} for order in part.orders]
        return read

    async def next(self, kind, key=None):
        while True:
            frame = self.read(await asyncio.wait_for(self.socket.recv(), 30))
            if frame["type"] in ("outcome", "stock", "order", "welcome"):
                at = frame["position"]
                if key is None or frame.get("key") != key:
                    self.position = self.position or at
                if (at["epoch"], at["seq"]) > (self.position["epoch"], self.position["seq"]):
                    self.position = at
            if frame["type"] == kind and (key is None or frame.get("key") == key):
                return frame

    async def cut(self):
        self.socket.transport.abort()
        await self.socket.wait_closed()


def same(first, again):
    strip = {"type"}
    return {k: v for k, v in first.items() if k not in strip} == {k: v for k, v in again.items() if k not in strip}


async def play(base, host, source, subprotocol, schema):
    offer = {"code": "D1", "name": "cà chua", "price": 45000, "unit": "kg", "step": 0.5, "stock": 10}
    body = {"title": "Tối nay", "offers": [offer]}
    status, opened, _ = call(base, "POST", "/v1/sessions", host, body)
    assert status == 201, (status, opened)
    session = opened["session"]
    status, _, _ = call(base, "POST", f"/v1/sessions/{session}/state", host, {"state": "live"})
    assert status == 200
    viewer = Viewer(base, session, subprotocol, schema)
    welcome = await viewer.come()
    assert welcome["complete"], "without resume nothing is missing"

    await viewer.send({"type": "comment", "key": "k1", "text": "D1 x2"})
    first = await viewer.next("outcome", "k1")
    assert first["result"] == "held" and first["number"] == 1, first
    assert first["lines"][0]["held"] == 2, first
    order = first["order"]

    await viewer.send({"type": "comment", "key": "k1", "text": "thôi không mua nữa"})
    assert same(first, await viewer.next("outcome", "k1")), "the same key, the first outcome"

    await viewer.send({"type": "claim", "key": "k2", "lines": [{"code": "D1", "quantity": 0.5}]})
    tap = await viewer.next("outcome", "k2")
    assert tap["result"] == "held" and tap["order"] == order, tap

    await viewer.send({"type": "comment", "key": "k3", "text": "còn hàng không shop ơi?"})
    await viewer.cut()
    welcome = await viewer.come(resume=True)
    assert welcome["complete"], welcome
    assert [kept["order"] for kept in welcome["orders"]] == [order], welcome
    await viewer.send({"type": "comment", "key": "k3", "text": "còn hàng không shop ơi?"})
    asked = await viewer.next("outcome", "k3")
    assert asked["result"] == "noted" and asked["reason"] == "question", asked

    await viewer.send({"type": "release", "key": "k4"})
    released = await viewer.next("outcome", "k4")
    assert released["result"] == "cancelled", released
    status, view, _ = call(base, "GET", f"/v1/sessions/{session}")
    assert status == 200 and view["offers"][0]["left"] == 10, view

    comment = {"platform": "tiktok", "comment_id": "7", "buyer_id": "u1", "buyer_name": "Minh", "text": "D1 x20"}
    path = f"/v1/sessions/{session}/comments"
    status, posted, _ = call(base, "POST", path, source, {"comments": [comment, comment]})
    assert status == 200, posted
    one, two = posted["outcomes"]
    assert one == two and one["key"] == "tiktok:7" and one["result"] == "partial", posted
    assert one["lines"][0]["held"] == 10 and one["lines"][0]["waitlisted"] == 10, one
    await viewer.cut()


async def main():
    parser = argparse.ArgumentParser()
    for name in ("--url", "--host-token", "--source-token", "--proto"):
        parser.add_argument(name, required=True)
    given = parser.parse_args()
    schema = load_schema(Path(given.proto))
    for subprotocol in (JSON, PROTO):
        await play(given.url, given.host_token, given.source_token, subprotocol, schema)
        print("played", subprotocol)
    print("all played")


asyncio.run(main())
