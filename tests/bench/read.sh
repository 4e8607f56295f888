#!/usr/bin/env bash
# integ against the transfer alone: `integ source pokeapi read` into /dev/null and `curl -K` fetching the same
# pages from the same nginx on loopback, in turn. Prints medians and the ratio of each pair. With `isolated`: the
# connector in a process of its own against the connector in the host's, and what a page costs more.
#
#   read.sh BENCH_PAGES INTEG [isolated]      ROUNDS, RECORDS, A_PAGE and RECORD_BYTES change what is measured
set -euo pipefail
pages=$1
integ=$2
against=${3:-curl}
rounds=${ROUNDS:-11}
records=${RECORDS:-200000}
a_page=${A_PAGE:-250}
record_bytes=${RECORD_BYTES:-800}

for tool in nginx curl; do
  command -v "$tool" > /dev/null || { echo "read: $tool is missing, nothing was measured"; exit 0; }
done

work=$(mktemp -d)
trap '[ ! -s "$work/nginx.pid" ] || kill "$(cat "$work/nginx.pid")"; rm -rf "$work"' EXIT
mkdir "$work/www"
port=$((20000 + RANDOM % 20000))
"$pages" "$work/www" "http://127.0.0.1:$port" "$records" "$a_page" "$record_bytes"

# With sendfile and tcp_nopush, some answers on loopback wait 40 ms for an acknowledgement.
cat > "$work/nginx.conf" <<END
worker_processes 1;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 256; }
http {
  access_log off; sendfile off; tcp_nopush off; keepalive_requests 10000000;
  types { application/json json; }
  client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/fastcgi;
  uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
  server { listen 127.0.0.1:$port; root $work/www; location = /pokemon { rewrite ^ /p0.json break; } }
}
END
chmod 755 "$work" "$work/www"
nginx -c "$work/nginx.conf" 2> /dev/null
echo "{\"url\":\"http://127.0.0.1:$port\"}" > "$work/config.json"
cat > "$work/catalog.json" <<'END'
{"streams":[{"stream":{"name":"pokemon","json_schema":{},"supported_sync_modes":["full_refresh"]},"sync_mode":"full_refresh","destination_sync_mode":"append"}]}
END

now() { date +%s%N; }
echo 'isolation: process' > "$work/isolated.yaml"
read_all() { "$integ" source pokeapi read --config "$work/config.json" --catalog "$work/catalog.json"; }

# What the first, integ in turn with it, is compared to, and the names of the two.
other() {
  if [ "$against" = curl ]; then curl -s -K "$work/www/curl.cfg"; else read_all; fi
}
first='integ source read' second='curl -K, transfer alone'
if [ "$against" = isolated ]; then
  first='isolation: process' second='isolation: in_process'
fi
one() {
  if [ "$against" = isolated ]; then INTEG_OPTIONS=$work/isolated.yaml read_all; else read_all; fi
}

# Every record once, before anything is timed.
got=$(one | grep -c '"type":"RECORD"')
[ "$got" = "$records" ] || { echo "read: $got records instead of $records"; exit 1; }
other > /dev/null

for ((round = 0; round < rounds; ++round)); do
  begin=$(now)
  one > /dev/null
  middle=$(now)
  other > /dev/null
  end=$(now)
  echo "$(((middle - begin) / 1000)) $(((end - middle) / 1000))"
done | awk -v records="$records" -v a_page="$a_page" -v first="$first" -v second="$second" -v bytes="$(du -sb "$work/www" | cut -f1)" '
  { one[NR] = $1; other[NR] = $2; ratio[NR] = $1 / $2; more[NR] = ($1 - $2) / (records / a_page) }
  function sorted(a, n,   i, j, t) { for (i = 2; i <= n; ++i) for (j = i; j > 1 && a[j - 1] > a[j]; --j) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t } }
  function show(name, a, n, unit, scale) { sorted(a, n); printf "%-28s %9.3f %9.3f %9.3f %s\n", name, a[1] / scale, a[int((n + 1) / 2)] / scale, a[n] / scale, unit }
  END {
    printf "%d records, %.1f MB, %d rounds in turn\n%-28s %9s %9s %9s\n", records, bytes / 1e6, NR, "", "min", "median", "max"
    show(first, one, NR, "s", 1e6)
    show(second, other, NR, "s", 1e6)
    show("ratio", ratio, NR, "", 1)
    show("more, a page", more, NR, "us", 1)
  }'
