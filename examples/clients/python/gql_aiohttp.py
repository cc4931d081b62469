"""Starts a run and follows it with gql over aiohttp. The loop connects again and asks for what is missing."""
import asyncio
import os

from aiohttp import WSServerHandshakeError
from gql import Client, gql
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from gql.transport.exceptions import TransportClosed, TransportConnectionFailed

URL = os.environ.get("EPOCHQL_URL", "http://127.0.0.1:8000").replace("http", "ws", 1)
START = gql("mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }")
EPOCHS = gql("subscription ($id: ID, $last: Int) { epochs(runId: $id, afterEpoch: $last) { number testAcc } }")


def is_refusal(cause):
    return isinstance(cause, WSServerHandshakeError) and cause.status < 500


async def main():
    headers = {"Authorization": f"Bearer {os.environ.get('EPOCHQL_TOKEN', '')}"}
    client = Client(transport=AIOHTTPWebsocketsTransport(f"{URL}/graphql", headers=headers))
    async with client as session:
        cursor = {"id": (await session.execute(START))["startTraining"]["run"]["id"], "last": 0}
    while True:
        opened = False
        try:
            async with client as session:
                opened = True
                EPOCHS.variable_values = cursor
                async for data in session.subscribe(EPOCHS):
                    print("epoch {number}: {testAcc:.1%}".format(**data["epochs"]), flush=True)
                    cursor["last"] = data["epochs"]["number"]
            break
        except (TransportClosed, TransportConnectionFailed) as error:
            # A socket that closes before it is acknowledged is refused. The transport drops the reason.
            if is_refusal(error.__cause__) or not (opened or error.__cause__):
                raise
            await asyncio.sleep(1)


asyncio.run(main())
