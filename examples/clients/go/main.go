// Command follow starts a run and follows it with genqlient. The loop asks for what is missing.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/gorilla/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

//go:generate go tool genqlient

type dialer struct{ *websocket.Dialer }

func (d dialer) DialContext(ctx context.Context, url string, header http.Header) (graphql.WSConn, error) {
	conn, _, err := d.Dialer.DialContext(ctx, url, header)
	return conn, err
}

type authorized struct{ header string }

func (a authorized) RoundTrip(request *http.Request) (*http.Response, error) {
	request.Header.Set("Authorization", a.header)
	return http.DefaultTransport.RoundTrip(request)
}

// follow prints the epochs after the last one and returns nil when the run has ended.
func follow(ctx context.Context, client graphql.WebSocketClient, id string, last *int) error {
	broken, err := client.Start(ctx)
	if err != nil {
		return err
	}
	epochs, _, err := Epochs(ctx, client, &id, last)
	if err != nil {
		return err
	}
	for {
		select {
		case result, ok := <-epochs:
			if !ok {
				return nil
			}
			if result.Errors != nil {
				return result.Errors
			}
			*last = result.Data.Epochs.Number
			fmt.Printf("epoch %d: %.1f %%\n", *last, 100*result.Data.Epochs.TestAcc)
		case err := <-broken:
			return err
		}
	}
}

func main() {
	url, ok := os.LookupEnv("EPOCHQL_URL")
	if !ok {
		url = "http://127.0.0.1:8000"
	}
	header := "Bearer " + os.Getenv("EPOCHQL_TOKEN")
	ctx := context.Background()
	client := &http.Client{Transport: authorized{header}}
	started, err := Start(ctx, graphql.NewClient(url+"/graphql", client))
	if err != nil {
		log.Fatal(err)
	}
	last := 0
	var failed gqlerror.List
	var refused *json.UnmarshalTypeError // It takes the errors of a refused subscription for a response.
	var closed *websocket.CloseError
	for {
		socket := graphql.NewClientUsingWebSocket(strings.Replace(url, "http", "ws", 1)+"/graphql",
			dialer{websocket.DefaultDialer}, graphql.WithConnectionParams(map[string]any{"authorization": header}))
		if err = follow(ctx, socket, started.StartTraining.Run.Id, &last); err == nil {
			return
		}
		if errors.As(err, &failed) || errors.As(err, &refused) || errors.As(err, &closed) && closed.Code >= 4400 {
			log.Fatal(err)
		}
		time.Sleep(time.Second)
	}
}
