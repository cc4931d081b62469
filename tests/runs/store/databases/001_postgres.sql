CREATE TABLE public.changes (
    change bigint NOT NULL,
    run bigint NOT NULL,
    snapshot text NOT NULL
);
ALTER TABLE public.changes ALTER COLUMN change ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.changes_change_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.events (
    run bigint NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    type text NOT NULL,
    body text NOT NULL,
    last_step bigint
);
CREATE TABLE public.kysely_migration (
    name character varying(255) NOT NULL,
    "timestamp" character varying(255) NOT NULL
);
CREATE TABLE public.kysely_migration_lock (
    id character varying(255) NOT NULL,
    is_locked integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.runs (
    number bigint NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    spec text NOT NULL,
    idempotency_key text,
    created_at bigint NOT NULL,
    snapshot text NOT NULL,
    state text NOT NULL,
    lease_owner text,
    lease_until bigint NOT NULL,
    fence bigint NOT NULL,
    appends bigint NOT NULL
);
ALTER TABLE public.runs ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.runs_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.workers (
    id text NOT NULL,
    seen_at bigint NOT NULL,
    info text NOT NULL
);
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (1, 1, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (2, 2, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (3, 3, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (4, 4, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (5, 5, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (6, 6, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (7, 1, '{"state":"RUNNING","lastSeq":2,"attempts":1,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (8, 1, '{"state":"COMPLETED","lastSeq":13,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T02:36:30.011Z","endedAt":"2026-11-25T02:36:30.031Z","error":null,"stepsPerEpoch":4,"steps":12,"step":12,"samplesPerSecond":1000,"lastEpoch":{"type":"epoch","number":3,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.003,"testLoss":0.2,"learningRate":0.01,"seconds":1},"bestTestAcc":0.003}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (9, 2, '{"state":"RUNNING","lastSeq":2,"attempts":1,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (10, 3, '{"state":"RUNNING","lastSeq":2,"attempts":1,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (11, 3, '{"state":"FAILED","lastSeq":6,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T02:36:30.051Z","endedAt":"2026-11-25T02:36:30.054Z","error":"Cannot train: the loss is not finite.","stepsPerEpoch":4,"steps":12,"step":2,"samplesPerSecond":1000,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (12, 6, '{"state":"RUNNING","lastSeq":2,"attempts":1,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (13, 6, '{"state":"INTERRUPTED","lastSeq":7,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T02:36:30.058Z","endedAt":null,"error":null,"stepsPerEpoch":4,"steps":12,"step":4,"samplesPerSecond":1000,"lastEpoch":{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1},"bestTestAcc":0.001}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (14, 4, '{"state":"CANCELLING","lastSeq":2,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (15, 4, '{"state":"CANCELLED","lastSeq":3,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":"2026-11-25T02:36:30.066Z","error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}');
INSERT INTO public.events VALUES (1, 1, 1795574189747, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (2, 1, 1795574189763, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (3, 1, 1795574189873, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (4, 1, 1795574189906, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (5, 1, 1795574189979, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (6, 1, 1795574189982, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (1, 2, 1795574190004, 'claimed', '{"type":"claimed","worker":"host:1:abc","attempt":1}', NULL);
INSERT INTO public.events VALUES (1, 3, 1795574190011, 'started', '{"type":"started","device":"CPU (a test)","engine":"made up","stepsPerEpoch":4,"steps":12,"parameters":10}', NULL);
INSERT INTO public.events VALUES (1, 4, 1795574190014, 'batches', '{"type":"batches","epoch":1,"firstStep":1,"losses":[1.1428572,0.8095238],"accs":[0.000001,0.000002],"samplesPerSecond":1000}', 2);
INSERT INTO public.events VALUES (1, 5, 1795574190015, 'batches', '{"type":"batches","epoch":1,"firstStep":3,"losses":[0.64285713,0.54285717],"accs":[0.000003,0.000004],"samplesPerSecond":1000}', 4);
INSERT INTO public.events VALUES (1, 6, 1795574190017, 'epoch', '{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1}', NULL);
INSERT INTO public.events VALUES (1, 7, 1795574190019, 'batches', '{"type":"batches","epoch":2,"firstStep":5,"losses":[0.47619048,0.42857143],"accs":[0.000005,0.000006],"samplesPerSecond":1000}', 6);
INSERT INTO public.events VALUES (1, 8, 1795574190020, 'batches', '{"type":"batches","epoch":2,"firstStep":7,"losses":[0.39285713,0.36507937],"accs":[0.000007,0.000008],"samplesPerSecond":1000}', 8);
INSERT INTO public.events VALUES (1, 9, 1795574190022, 'epoch', '{"type":"epoch","number":2,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.002,"testLoss":0.2,"learningRate":0.01,"seconds":1}', NULL);
INSERT INTO public.events VALUES (1, 10, 1795574190024, 'batches', '{"type":"batches","epoch":3,"firstStep":9,"losses":[0.34285715,0.32467532],"accs":[0.000009,0.00001],"samplesPerSecond":1000}', 10);
INSERT INTO public.events VALUES (1, 11, 1795574190026, 'batches', '{"type":"batches","epoch":3,"firstStep":11,"losses":[0.30952382,0.2967033],"accs":[0.000011,0.000012],"samplesPerSecond":1000}', 12);
INSERT INTO public.events VALUES (1, 12, 1795574190030, 'epoch', '{"type":"epoch","number":3,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.003,"testLoss":0.2,"learningRate":0.01,"seconds":1}', NULL);
INSERT INTO public.events VALUES (1, 13, 1795574190031, 'completed', '{"type":"completed"}', NULL);
INSERT INTO public.events VALUES (2, 2, 1795574190037, 'claimed', '{"type":"claimed","worker":"host:1:abc","attempt":1}', NULL);
INSERT INTO public.events VALUES (2, 3, 1795574190039, 'started', '{"type":"started","device":"CPU (a test)","engine":"made up","stepsPerEpoch":4,"steps":12,"parameters":10}', NULL);
INSERT INTO public.events VALUES (2, 4, 1795574190041, 'batches', '{"type":"batches","epoch":1,"firstStep":1,"losses":[1.2857143,0.95238096],"accs":[0.000001,0.000002],"samplesPerSecond":1000}', 2);
INSERT INTO public.events VALUES (2, 5, 1795574190042, 'batches', '{"type":"batches","epoch":1,"firstStep":3,"losses":[0.78571427,0.6857143],"accs":[0.000003,0.000004],"samplesPerSecond":1000}', 4);
INSERT INTO public.events VALUES (2, 6, 1795574190044, 'epoch', '{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1}', NULL);
INSERT INTO public.events VALUES (2, 7, 1795574190045, 'batches', '{"type":"batches","epoch":2,"firstStep":5,"losses":[0.61904764,0.5714286],"accs":[0.000005,0.000006],"samplesPerSecond":1000}', 6);
INSERT INTO public.events VALUES (3, 2, 1795574190049, 'claimed', '{"type":"claimed","worker":"host:1:abc","attempt":1}', NULL);
INSERT INTO public.events VALUES (3, 3, 1795574190051, 'started', '{"type":"started","device":"CPU (a test)","engine":"made up","stepsPerEpoch":4,"steps":12,"parameters":10}', NULL);
INSERT INTO public.events VALUES (3, 4, 1795574190051, 'batches', '{"type":"batches","epoch":1,"firstStep":1,"losses":[1.4285715,1.0952381],"accs":[0.000001,0.000002],"samplesPerSecond":1000}', 2);
INSERT INTO public.events VALUES (3, 5, 1795574190054, 'log', '{"type":"log","level":"warning","message":"Größe ''x''; \n \\ \" %"}', NULL);
INSERT INTO public.events VALUES (3, 6, 1795574190054, 'failed', '{"type":"failed","error":"Cannot train: the loss is not finite."}', NULL);
INSERT INTO public.events VALUES (6, 2, 1795574190056, 'claimed', '{"type":"claimed","worker":"host:1:abc","attempt":1}', NULL);
INSERT INTO public.events VALUES (6, 3, 1795574190058, 'started', '{"type":"started","device":"CPU (a test)","engine":"made up","stepsPerEpoch":4,"steps":12,"parameters":10}', NULL);
INSERT INTO public.events VALUES (6, 4, 1795574190058, 'batches', '{"type":"batches","epoch":1,"firstStep":1,"losses":[1.8571428,1.5238096],"accs":[0.000001,0.000002],"samplesPerSecond":1000}', 2);
INSERT INTO public.events VALUES (6, 5, 1795574190058, 'batches', '{"type":"batches","epoch":1,"firstStep":3,"losses":[1.3571428,1.2571429],"accs":[0.000003,0.000004],"samplesPerSecond":1000}', 4);
INSERT INTO public.events VALUES (6, 6, 1795574190058, 'epoch', '{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1}', NULL);
INSERT INTO public.events VALUES (6, 7, 1795574190062, 'interrupted', '{"type":"interrupted","reason":"The worker was stopped.","crashed":false}', NULL);
INSERT INTO public.events VALUES (4, 2, 1795574190066, 'cancelRequested', '{"type":"cancelRequested"}', NULL);
INSERT INTO public.events VALUES (4, 3, 1795574190066, 'cancelled', '{"type":"cancelled"}', NULL);
INSERT INTO public.kysely_migration VALUES ('001_runs', '2026-11-25T02:36:29.684Z');
INSERT INTO public.kysely_migration_lock VALUES ('migration_lock', 0);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (3, '29a28163-e015-4c71-b356-b9459428d3fd', 'failed', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":3,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of failed', 1795574189873, '{"state":"FAILED","lastSeq":6,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T02:36:30.051Z","endedAt":"2026-11-25T02:36:30.054Z","error":"Cannot train: the loss is not finite.","stepsPerEpoch":4,"steps":12,"step":2,"samplesPerSecond":1000,"lastEpoch":null,"bestTestAcc":null}', 'FAILED', NULL, 0, 1, 2);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (5, '16dc32db-0213-41c0-9158-c199cbc20105', 'queued', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":5,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of queued', 1795574189979, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}', 'QUEUED', NULL, 0, 0, 0);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (1, '94cc76d1-72e8-4e74-a777-99f5d62f0658', 'completed', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":1,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of completed', 1795574189747, '{"state":"COMPLETED","lastSeq":13,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T02:36:30.011Z","endedAt":"2026-11-25T02:36:30.031Z","error":null,"stepsPerEpoch":4,"steps":12,"step":12,"samplesPerSecond":1000,"lastEpoch":{"type":"epoch","number":3,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.003,"testLoss":0.2,"learningRate":0.01,"seconds":1},"bestTestAcc":0.003}', 'COMPLETED', NULL, 0, 1, 11);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (6, '74ea098b-3e17-413e-b015-1eebf99e9c72', 'interrupted', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":6,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of interrupted', 1795574189982, '{"state":"INTERRUPTED","lastSeq":7,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T02:36:30.058Z","endedAt":null,"error":null,"stepsPerEpoch":4,"steps":12,"step":4,"samplesPerSecond":1000,"lastEpoch":{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1},"bestTestAcc":0.001}', 'INTERRUPTED', NULL, 0, 1, 2);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (2, '6cfbae01-d89c-47c9-b1f5-f9dae419e4a1', 'running', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":2,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of running', 1795574189763, '{"state":"RUNNING","lastSeq":7,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T02:36:30.039Z","endedAt":null,"error":null,"stepsPerEpoch":4,"steps":12,"step":6,"samplesPerSecond":1000,"lastEpoch":{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1},"bestTestAcc":0.001}', 'RUNNING', 'host:1:abc', 1795574190038, 1, 5);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (4, 'b00d6170-a94a-4081-b7bf-900e0c280749', 'cancelled', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":4,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of cancelled', 1795574189906, '{"state":"CANCELLED","lastSeq":3,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":"2026-11-25T02:36:30.066Z","error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null}', 'CANCELLED', NULL, 0, 0, 0);
INSERT INTO public.workers VALUES ('host:1:abc', 1795574190067, '{"host":"host","pid":1,"version":"0.1.0","devices":[{"kind":"CPU","name":"a CPU","available":true}],"runId":"6cfbae01-d89c-47c9-b1f5-f9dae419e4a1","startedAt":"2026-11-25T02:36:30.066Z"}');
SELECT pg_catalog.setval('public.changes_change_seq', 15, true);
SELECT pg_catalog.setval('public.runs_number_seq', 6, true);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_pkey PRIMARY KEY (change);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_key PRIMARY KEY (run, seq);
ALTER TABLE ONLY public.kysely_migration_lock
    ADD CONSTRAINT kysely_migration_lock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kysely_migration
    ADD CONSTRAINT kysely_migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_id_key UNIQUE (id);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_idempotency_key_key UNIQUE (idempotency_key);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (id);
CREATE INDEX changes_by_run ON public.changes USING btree (run);
CREATE UNIQUE INDEX events_by_step ON public.events USING btree (run, last_step) WHERE (last_step IS NOT NULL);
CREATE INDEX events_by_type ON public.events USING btree (run, type, seq);
CREATE INDEX runs_by_state ON public.runs USING btree (state, number);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_run_fkey FOREIGN KEY (run) REFERENCES public.runs(number) ON DELETE CASCADE;
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_run_fkey FOREIGN KEY (run) REFERENCES public.runs(number) ON DELETE CASCADE;
