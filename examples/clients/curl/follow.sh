#!/usr/bin/env bash
# Follows the run that trains now, or the next one, with curl. Each try sends the id of the last event.
url=${EPOCHQL_URL:-http://127.0.0.1:8000}
event='' last=''
until [ "$event" = complete ]; do
  while IFS=' ' read -r field value; do
    case $field in
      event:) event=$value ;;
      id:) last=$value ;;
      data:) [ "$event" = next ] && echo "$value" ;;
      {*) echo "$field $value" >&2 ;; # The reason of a refusal.
      status:) [[ $value = 4* ]] && exit 1 ;;
    esac
  done < <(curl -sSN -w '\nstatus: %{http_code}\n' "$url/graphql" \
    -H "authorization: Bearer $EPOCHQL_TOKEN" -H "last-event-id: $last" \
    -H 'content-type: application/json' -H 'accept: text/event-stream' \
    -d '{"query":"subscription { epochs { number testAcc } }"}')
  [ "$event" = complete ] || sleep 1
done
