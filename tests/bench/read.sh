#!/usr/bin/env bash
# integ against the transfer alone: `integ source pokeapi read` into /dev/null and `curl -K` fetching the same
# pages from the same nginx on loopback, in turn. Prints medians and the ratio of each pair.
#
#   read.sh BENCH_PAGES INTEG        ROUNDS, RECORDS, A_PAGE and RECORD_BYTES change what is measured
set -euo pipefail
pages=$1
integ=$2
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
read_all() { "$integ" source pokeapi read --config "$work/config.json" --catalog "$work/catalog.json"; }

# Every record once, before anything is timed.
got=$(read_all | grep -c '"type":"RECORD"')
[ "$got" = "$records" ] || { echo "read: $got records instead of $records"; exit 1; }
curl -s -K "$work/www/curl.cfg"

for ((round = 0; round < rounds; ++round)); do
  begin=$(now)
  read_all > /dev/null
  middle=$(now)
  curl -s -K "$work/www/curl.cfg"
  end=$(now)
  echo "$(((middle - begin) / 1000)) $(((end - middle) / 1000))"
done | awk -v records="$records" -v bytes="$(du -sb "$work/www" | cut -f1)" '
  { integ[NR] = $1; curl[NR] = $2; ratio[NR] = $1 / $2 }
  function sorted(a, n,   i, j, t) { for (i = 2; i <= n; ++i) for (j = i; j > 1 && a[j - 1] > a[j]; --j) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t } }
  function show(name, a, n, unit, scale) { sorted(a, n); printf "%-28s %9.3f %9.3f %9.3f %s\n", name, a[1] / scale, a[int((n + 1) / 2)] / scale, a[n] / scale, unit }
  END {
    printf "%d records, %.1f MB, %d rounds in turn\n%-28s %9s %9s %9s\n", records, bytes / 1e6, NR, "", "min", "median", "max"
    show("integ source read", integ, NR, "s", 1e6)
    show("curl -K, transfer alone", curl, NR, "s", 1e6)
    show("integ / transfer alone", ratio, NR, "", 1)
  }'
