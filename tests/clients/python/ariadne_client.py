"""ariadne-codegen: imports the client that was generated, and asks one thing with it."""

import asyncio
import os
import sys

sys.path.insert(0, sys.argv[1])
from documents import Client  # noqa: E402


async def main():
    url = f"http://{os.environ['FENGQIAO_ADDRESS']}/graphql"
    headers = {"authorization": f"Bearer {os.environ['FENGQIAO_OFFICER']}"}
    async with Client(url=url, headers=headers) as client:
        queue = await client.write_off_queue(first=3)
    nodes = [edge.node for edge in queue.hazards.edges]
    print(f"{queue.hazards.total_count} {' '.join(node.no for node in nodes)}")


asyncio.run(main())
