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
    esac
  done < <(curl -sSfN "$url/graphql" -H "authorization: Bearer $EPOCHQL_TOKEN" \
    -H 'content-type: application/json' -H 'accept: text/event-stream' -H "last-event-id: $last" \
    -d '{"query":"subscription { epochs { number testAcc } }"}')
  wait $!
  [ $? = 22 ] && exit 1 # Refused.
  [ "$event" = complete ] || sleep 1
done
