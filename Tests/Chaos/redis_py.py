#!/usr/bin/env python3
"""Uses a node through redis-py as applications do: connects, decodes, pipelines, scans, expires, in RESP2 and RESP3.

    python3 Tests/Chaos/redis_py.py [--program FILE]

Only run where the package redis can be imported; nothing else here needs it. Exit 1 if something is not as Redis
would do it.
"""

import argparse
import os
import sys
import time

sys.dont_write_bytecode = True  # Nothing is left behind in the source tree.

from stress.cluster import Cluster

try:
    import redis
except ImportError:
    redis = None


def check(name, condition):
    if not condition:
        raise AssertionError(name)


def strings(client):
    check("PING", client.ping() is True)
    check("SET", client.set("a", "1") is True and client.get("a") == "1")
    check("SET NX", client.set("a", "2", nx=True) is None)
    check("SET XX GET", client.set("a", "2", xx=True, get=True) == "1")
    check("SETNX", client.setnx("b", "x") and not client.setnx("b", "y"))
    check("GETDEL", client.getdel("b") == "x" and client.get("b") is None)
    check("MSET", client.mset({"m1": "1", "m2": "2"}) and client.mget("m1", "none", "m2") == ["1", None, "2"])
    check("APPEND", client.append("m1", "23") == 3 and client.strlen("m1") == 3)
    check("GETRANGE", client.getrange("m1", 1, -1) == "23")
    check("INCR", client.incr("n") == 1 and client.incrby("n", 10) == 11 and client.decr("n", 2) == 9)
    check("TYPE", client.type("n") == "string" and client.type("none") == "none")
    check("EXISTS and DEL", client.exists("m1", "m2", "none") == 2 and client.delete("m1", "m2", "none") == 2)
    check("DBSIZE", client.dbsize() == 2)


def expiry(client):
    check("SET EX", client.set("e", "x", ex=100) and 98 <= client.ttl("e") <= 100)
    check("PERSIST", client.persist("e") and client.ttl("e") == -1 and client.ttl("none") == -2)
    check("PEXPIRE", client.pexpire("e", 30) and 0 < client.pttl("e") <= 30)
    deadline = time.monotonic() + 5
    while client.get("e") is not None:
        check("expires in time", time.monotonic() < deadline)
        time.sleep(0.005)
    client.set("k", "1", px=60_000)
    client.set("k", "2", keepttl=True)
    check("KEEPTTL", 50_000 < client.pttl("k") <= 60_000)


def scans(client):
    with client.pipeline(transaction=False) as pipeline:
        for index in range(2500):
            pipeline.set(f"scan:{index}", index)
        check("a pipeline", pipeline.execute() == [True] * 2500)
    check("SCAN", sorted(client.scan_iter("scan:*", count=100)) == sorted(f"scan:{index}" for index in range(2500)))
    check("KEYS", sorted(client.keys("scan:1?")) == [f"scan:1{digit}" for digit in range(10)])


def transactions(client):
    client.delete("from", "to")
    port = client.connection_pool.connection_kwargs["port"]
    other = redis.Redis(port=port, socket_timeout=10, single_connection_client=True)
    with client.pipeline() as pipeline:
        pipeline.set("from", 100).decrby("from", 30).incrby("to", 30).get("from")
        check("a transaction", pipeline.execute() == [True, 70, 30, "70"])
    with client.pipeline() as pipeline:
        pipeline.watch("from")
        amount = int(pipeline.get("from"))
        other.set("from", 5)
        pipeline.multi()
        pipeline.set("from", amount - 50)
        try:
            pipeline.execute()
            check("what was watched and written has nothing done", False)
        except redis.WatchError:
            check("what was watched and written has nothing done", client.get("from") == "5")
    other.close()
    moved = client.transaction(lambda pipe: (pipe.multi(), pipe.incr("from"))[1], "from", value_from_callable=False)
    check("a transaction with a watched key", moved == [6])


def errors(client):
    for call in (lambda: client.execute_command("NONE"), lambda: client.execute_command("GET"),
                 lambda: client.incr("scan:text")):
        client.set("scan:text", "x")
        try:
            call()
        except redis.ResponseError:
            continue
        raise AssertionError("an error reply is raised")
    check("usable after errors", client.ping())


def server(client):
    information = client.info()
    check("INFO", information["redis_version"] and information["tcp_port"] > 0 and "db0" in information)
    check("INFO section", "connected_clients" in client.info("clients"))
    check("CLIENT SETNAME", client.client_setname("tester") and client.client_getname() == "tester")
    check("CLIENT LIST", any(entry["name"] == "tester" for entry in client.client_list()))
    check("CLIENT ID and INFO", client.client_id() > 0 and client.client_info()["id"] == client.client_id())
    check("CONFIG GET", "maxclients" in client.config_get("max*"))
    check("COMMAND COUNT", client.command_count() > 40)
    check("WAIT", client.wait(0, 10) == 0)
    check("TIME", abs(client.time()[0] - time.time()) < 5)
    check("ROLE", client.role()[0] in ("master", b"master"))


def bytes_are_kept(port, protocol):
    client = redis.Redis(port=port, protocol=protocol)
    data = bytes(range(256)) * 100
    check("binary keys and values", client.set(data[:300], data) and client.get(data[:300]) == data)
    client.flushall()
    check("FLUSHALL", client.dbsize() == 0)
    client.close()


def main():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(root, ".build", "release", "starling"))
    program = parser.parse_args().program
    if redis is None:
        print("SKIP redis-py is not installed (pip install redis)")
        return 0
    failed = 0
    with Cluster(program, 1) as cluster:
        node = cluster.add()
        node.start()
        for protocol in (2, 3):
            for part in (strings, expiry, scans, errors, transactions, server):
                client = redis.Redis(
                    port=node.port, protocol=protocol, decode_responses=True, socket_timeout=10,
                    single_connection_client=True)
                try:
                    part(client)
                    print(f"PASS {part.__name__}, RESP{protocol}")
                except (AssertionError, redis.RedisError, KeyError, TypeError) as error:
                    failed += 1
                    print(f"FAIL {part.__name__}, RESP{protocol}: {type(error).__name__}: {error}")
                finally:
                    client.close()
            bytes_are_kept(node.port, protocol)
        cluster.check_alive()
    print(f"redis-py {redis.__version__}: {'failed' if failed else 'all passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
