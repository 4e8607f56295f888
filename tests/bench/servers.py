"""What the contestants read from: nginx for pages in files, bench_server for answers that are made when asked for.

Both end with the bench, however it ends: they are told by the end of their standard input.
"""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..peers.environments import Missing

# With sendfile and tcp_nopush, some answers on loopback wait 40 ms for an acknowledgement. In /gzip/ there are packed
# files alone.
_NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; {user}
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile off; tcp_nopush off; keepalive_requests 10000000;
  types {{ application/json json; }}
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port}; {tls}
    root {folder}/www;
    location / {{ rewrite ^/([^/]+)/pokemon$ /$1/p0.json break; }}
    location ~ ^/gzip/ {{ gzip_static always; rewrite ^/([^/]+)/pokemon$ /$1/p0.json break; }}
  }}
}}
"""
_TLS = "ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;"


@dataclass(frozen=True)
class PageKind:
    """Pages to be made: how many records, how many on a page, how large, and in what manner."""

    records: int
    a_page: int
    record_bytes: int
    style: str = "plain"
    packed: bool = False
    tls: bool = False

    @property
    def pages(self) -> int:
        return -(-self.records // self.a_page)


@dataclass(frozen=True)
class Pages:
    """Pages that are being served. `url`/pokemon is the first one, `list` a file of all of their URLs."""

    kind: PageKind
    url: str
    list: Path
    wire_bytes: int
    bytes: int
    certificate: Path | None


def _ended_by_stdin(argv: list[str]) -> subprocess.Popen[bytes]:
    script = '"$@" & read -r _; kill $!; wait'
    return subprocess.Popen(["sh", "-c", script, "sh", *argv], stdin=subprocess.PIPE)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise Missing("nginx did not start")


class PageServer:
    """nginx over pages that are made for one set and gone with it."""

    def __init__(self, folder: Path, maker: Path) -> None:
        self._folder = folder / "pages"
        self._maker = maker
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> PageServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def serve(self, name: str, kind: PageKind) -> Pages:
        """Makes the pages and serves them in place of those before."""
        self.stop()
        nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
        if nginx is None:
            raise Missing("nginx is not installed")
        www = self._folder / "www" / name
        www.mkdir(parents=True)
        certificate = self._certificate() if kind.tls else None
        port = _free_port()
        url = f"{'https' if kind.tls else 'http'}://127.0.0.1:{port}/{name}"
        subprocess.run([self._maker, www, url, str(kind.records), str(kind.a_page), str(kind.record_bytes), kind.style],
                       check=True)
        size = sum(file.stat().st_size for file in www.iterdir())
        if kind.packed:
            with ThreadPoolExecutor() as pool:
                list(pool.map(_pack, www.glob("*.json")))
        urls = self._folder / "urls"
        urls.write_text("".join(f"{url}/p{number}.json\n" for number in range(kind.pages)))
        self._start(nginx, port, kind.tls)
        return Pages(kind, url, urls, sum(file.stat().st_size for file in www.iterdir()), size, certificate)

    def stop(self) -> None:
        """Ends nginx and removes the pages."""
        if self._process is not None:
            _end(self._process)
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, nginx: str, port: int, tls: bool) -> None:
        # Workers of a master that is root would be nobody, who may not read the folder.
        user = "user root;" if os.geteuid() == 0 else ""
        config = self._folder / "nginx.conf"
        config.write_text(_NGINX.format(folder=self._folder, port=f"{port} ssl" if tls else port, user=user,
                                        tls=_TLS.format(folder=self._folder) if tls else ""))
        self._process = _ended_by_stdin([nginx, "-c", str(config), "-e", f"{self._folder}/nginx.log"])
        _wait_for(port)

    def _certificate(self) -> Path:
        openssl = shutil.which("openssl")
        if openssl is None:
            raise Missing("openssl is not installed")
        certificate = self._folder / "cert.pem"
        subprocess.run([openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", "/CN=integ bench", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", self._folder / "key.pem", "-out", certificate], check=True, capture_output=True)
        return certificate


def _pack(file: Path) -> None:
    with open(f"{file}.gz", "wb") as out:
        out.write(gzip.compress(file.read_bytes(), 6))
    file.unlink()


class MadeServer:
    """bench_server, started when its URL is first asked for."""

    def __init__(self, program: Path) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""

    def __enter__(self) -> MadeServer:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            _end(self._process)

    @property
    def url(self) -> str:
        if self._process is None:
            self._process = subprocess.Popen([self._program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert self._process.stdout is not None
            self._url = self._process.stdout.readline().decode().strip()
            if not self._url:
                raise Missing("bench_server did not start")
        return self._url

    def text(self, path: str) -> str:
        """The body of an answer."""
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())
