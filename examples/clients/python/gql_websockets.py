"""Starts a run and follows it with gql over WebSocket. The loop connects again and asks for what is missing."""
import asyncio
import os

from gql import Client, gql
from gql.transport.exceptions import TransportClosed, TransportConnectionFailed
from gql.transport.websockets import WebsocketsTransport
from websockets.exceptions import ConnectionClosed, InvalidStatus

URL = os.environ.get("EPOCHQL_URL", "http://127.0.0.1:8000").replace("http", "ws", 1)
START = gql("mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }")
EPOCHS = gql("subscription ($id: ID, $last: Int) { epochs(runId: $id, afterEpoch: $last) { number testAcc } }")


def is_refusal(cause):
    if isinstance(cause, ConnectionClosed):
        return cause.rcvd is not None and cause.rcvd.code >= 4400
    return isinstance(cause, InvalidStatus) and cause.response.status_code < 500


async def main():
    headers = {"Authorization": f"Bearer {os.environ.get('EPOCHQL_TOKEN', '')}"}
    client = Client(transport=WebsocketsTransport(f"{URL}/graphql", headers=headers))
    async with client as session:
        cursor = {"id": (await session.execute(START))["startTraining"]["run"]["id"], "last": 0}
    while True:
        try:
            async with client as session:
                EPOCHS.variable_values = cursor
                async for data in session.subscribe(EPOCHS):
                    print("epoch {number}: {testAcc:.1%}".format(**data["epochs"]), flush=True)
                    cursor["last"] = data["epochs"]["number"]
            break
        except (TransportClosed, TransportConnectionFailed) as error:
            if is_refusal(error.__cause__):
                raise
            await asyncio.sleep(1)


asyncio.run(main())
