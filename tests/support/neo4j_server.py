"""A real Neo4j Community server for tests and benchmarks, from Maven artefacts.

Needs Java 17 and Maven, and nothing else: the jars are copied once into a cache folder
(``DOUDI_NEO4J_CACHE``, or the user's cache folder), by version. The server ends with the block,
and also when this process dies in whatever way: its parent shell kills it as soon as the pipe that
this process holds is closed.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

POM = Path(__file__).parent / "neo4j" / "pom.xml"
USER = "neo4j"
DATABASE = "neo4j"
JAVA = 17
_TRIES = 3
_OPENS = ("java.nio", "java.io", "sun.nio.ch")
_HEAP = ("-Xms512m", "-Xmx2g")
_GUARD = """\
exec 3<&0
"$@" 3<&- &
(read _ <&3; kill -KILL $!; sleep 1; rm -rf "$0") &
wait $!
"""
"""Runs a command; at the end of standard input kills it and removes its folder, which is $0."""

_CONF = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size=256m
db.tx_log.preallocate=false
dbms.usage_report.enabled=false
"""


class Neo4jAbsent(Exception):
    """The server cannot run here; says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``log`` holds what it printed."""

    uri: str
    user: str
    password: str
    log: Path
    started_s: float
    """Seconds from launch to the first answer."""


class _PortTaken(Exception):
    """Another program was faster."""


def why_absent() -> str:
    """Return what is missing to run a server here, "" if nothing."""
    missing = [tool for tool in ("java", "mvn", "sh") if shutil.which(tool) is None]
    if missing:
        return f"not found on PATH: {', '.join(missing)}"
    found = _java_version()
    return "" if found >= JAVA else f"Java {JAVA} or newer is needed, found {found or 'none'}"


def _java_version() -> int:
    told = subprocess.run(
        ["java", "-version"], capture_output=True, text=True, check=False, timeout=60
    ).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else 0


def version() -> str:
    """Return the version that the pom asks for."""
    found = re.search(r"<neo4j\.version>(.+?)<", POM.read_text("utf-8"))
    assert found
    return found[1]


def fetch() -> Path:
    """Return the folder of the server's jars, copying them from the Maven repository once.

    Raises:
        Neo4jAbsent: Java or Maven is missing, or Maven cannot get the artefacts.
    """
    if why := why_absent():
        raise Neo4jAbsent(why)
    lib = _cache() / version() / "lib"
    if lib.is_dir():
        return lib
    lib.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=lib.parent) as fresh:
        _copy_jars(Path(fresh) / "lib")
        with contextlib.suppress(OSError):  # another process was faster
            (Path(fresh) / "lib").rename(lib)
    return lib


@contextmanager
def neo4j_server(*, ready_within_s: float = 120.0) -> Iterator[Server]:
    """Run an empty server until the block ends.

    Raises:
        Neo4jAbsent: it cannot run here.
        RuntimeError: it did not become ready; the message ends with its log.
    """
    lib = fetch()
    with contextlib.ExitStack() as stack:
        for last in [False] * (_TRIES - 1) + [True]:
            try:
                server = stack.enter_context(_server(lib, ready_within_s))
            except _PortTaken as taken:
                if last:
                    raise RuntimeError("Neo4j found no free port") from taken
            else:
                yield server
                return


@contextmanager
def _server(lib: Path, ready_within_s: float) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="doudi-neo4j-", ignore_cleanup_errors=True) as folder:
        home, password, port = Path(folder), secrets.token_hex(16), _free_port()
        _configure(lib, home, password, port)
        log = home / "console.log"
        begun = time.monotonic()
        with _running(_command(lib, home), log) as process:
            uri = f"bolt://127.0.0.1:{port}"
            _wait(process, uri, password, log, begun + ready_within_s)
            yield Server(uri, USER, password, log, time.monotonic() - begun)


def _cache() -> Path:
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "doudi" / "neo4j"
    return Path(os.environ.get("DOUDI_NEO4J_CACHE") or default)


def _copy_jars(target: Path) -> None:
    command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"]
    try:
        done = subprocess.run(
            [*command, f"-DoutputDirectory={target}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
    except subprocess.TimeoutExpired as error:
        raise Neo4jAbsent("Maven did not get Neo4j within 15 minutes") from error
    if done.returncode:
        raise Neo4jAbsent(f"Maven could not get Neo4j: {(done.stdout + done.stderr)[-800:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _java(lib: Path, *arguments: str) -> list[str]:
    opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENS]
    return ["java", *_HEAP, *opens, "-cp", f"{lib}/*", *arguments]


def _command(lib: Path, home: Path) -> list[str]:
    entry = "org.neo4j.server.CommunityEntryPoint"
    return _java(lib, entry, f"--home-dir={home}", f"--config-dir={home / 'conf'}")


def _configure(lib: Path, home: Path, password: str, port: int) -> None:
    (home / "conf").mkdir()
    (home / "conf" / "neo4j.conf").write_text(_CONF.format(port=port), "utf-8")
    tool = _java(lib, "org.neo4j.server.startup.Neo4jAdminCommand")
    places = {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    done = subprocess.run(
        [*tool, "dbms", "set-initial-password", password],
        env=os.environ | places,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode:
        told = (done.stdout + done.stderr)[-800:].replace(password, "…")
        raise RuntimeError(f"Neo4j refused its first password: {told}")


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["sh", "-c", _GUARD, str(log.parent), *command],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    atexit.register(_kill, process)
    try:
        yield process
    finally:
        _kill(process)
        atexit.unregister(_kill)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the server and its guard. It holds nothing worth a tidy stop."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    process.wait()
    for _ in range(200):  # the server itself may take a moment to go, and writes until then
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)


def _wait(
    process: subprocess.Popen[bytes], uri: str, password: str, log: Path, until: float
) -> None:
    while not _answers(uri, password):
        if process.poll() is not None or time.monotonic() > until:
            tail = log.read_text("utf-8", "replace")[-2_000:]
            if "Address already in use" in tail or "BindException" in tail:
                raise _PortTaken(tail)
            raise RuntimeError(f"Neo4j did not become ready:\n{tail}")
        time.sleep(0.2)


def _answers(uri: str, password: str) -> bool:
    if not _listens(uri):
        return False
    with neo4j.GraphDatabase.driver(uri, auth=(USER, password)) as driver:
        try:
            driver.execute_query("RETURN 1", database_=DATABASE)
        except (DriverError, Neo4jError):
            return False
    return True


def _listens(uri: str) -> bool:
    host, _, port = uri.removeprefix("bolt://").partition(":")
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
        return True
    return False
