"""Starts a run and follows it with the client that ariadne-codegen generates. The loop asks for what is missing."""
import asyncio
import os

from epochql_client import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

URL = os.environ.get("EPOCHQL_URL", "http://127.0.0.1:8000")


def is_refusal(error):
    if isinstance(error, ConnectionClosed):
        return error.rcvd is not None and error.rcvd.code >= 4400
    return isinstance(error, InvalidStatus) and error.response.status_code < 500


async def main():
    headers = {"Authorization": f"Bearer {os.environ.get('EPOCHQL_TOKEN', '')}"}
    async with Client(
        url=f"{URL}/graphql",
        headers=headers,
        ws_url=f"{URL.replace('http', 'ws', 1)}/graphql",
        ws_headers=headers,
    ) as client:
        run_id, last = (await client.start()).start_training.run.id, 0
        while True:
            try:
                async for data in client.epochs(id=run_id, last=last):
                    print(f"epoch {data.epochs.number}: {data.epochs.test_acc:.1%}", flush=True)
                    last = data.epochs.number
                break
            except (OSError, WebSocketException) as error:
                if is_refusal(error):
                    raise
                await asyncio.sleep(1)


asyncio.run(main())
