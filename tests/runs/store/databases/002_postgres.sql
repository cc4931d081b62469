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
CREATE TABLE public.lookups (
    run bigint NOT NULL,
    name_key text NOT NULL COLLATE pg_catalog."C",
    best_test_acc double precision,
    test_acc double precision,
    test_loss double precision,
    train_acc double precision,
    train_loss double precision,
    search_text text NOT NULL
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
CREATE TABLE public.tags (
    tag text NOT NULL,
    run bigint NOT NULL
);
CREATE TABLE public.workers (
    id text NOT NULL,
    seen_at bigint NOT NULL,
    info text NOT NULL
);
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (1, 1, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (2, 2, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (3, 3, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (4, 4, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (5, 5, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (6, 6, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (7, 1, '{"state":"RUNNING","lastSeq":2,"attempts":1,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (8, 1, '{"state":"COMPLETED","lastSeq":16,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T04:41:51.987Z","endedAt":"2026-11-25T04:41:52.037Z","error":null,"stepsPerEpoch":4,"steps":12,"step":12,"samplesPerSecond":1000,"lastEpoch":{"type":"epoch","number":3,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.003,"testLoss":0.2,"learningRate":0.01,"seconds":1},"bestTestAcc":0.003,"epochs":null,"checkpoints":[{"step":4,"epoch":1,"file":"step-000000004.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.001},{"step":8,"epoch":2,"file":"step-000000008.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.002},{"step":12,"epoch":3,"file":"step-000000012.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.003}],"lastCheckpoint":{"step":12,"epoch":3,"file":"step-000000012.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.003},"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (9, 2, '{"state":"RUNNING","lastSeq":2,"attempts":1,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (10, 3, '{"state":"RUNNING","lastSeq":2,"attempts":1,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (11, 3, '{"state":"FAILED","lastSeq":6,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T04:41:52.067Z","endedAt":"2026-11-25T04:41:52.076Z","error":"Cannot train: the loss is not finite.","stepsPerEpoch":4,"steps":12,"step":2,"samplesPerSecond":1000,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (12, 6, '{"state":"RUNNING","lastSeq":2,"attempts":1,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (13, 6, '{"state":"INTERRUPTED","lastSeq":8,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T04:41:52.093Z","endedAt":null,"error":null,"stepsPerEpoch":4,"steps":12,"step":4,"samplesPerSecond":1000,"lastEpoch":{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1},"bestTestAcc":0.001,"epochs":null,"checkpoints":[{"step":4,"epoch":1,"file":"step-000000004.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.001}],"lastCheckpoint":{"step":4,"epoch":1,"file":"step-000000004.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.001},"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (14, 4, '{"state":"CANCELLING","lastSeq":2,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.changes OVERRIDING SYSTEM VALUE VALUES (15, 4, '{"state":"CANCELLED","lastSeq":3,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":"2026-11-25T04:41:52.104Z","error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}');
INSERT INTO public.events VALUES (1, 1, 1795581711937, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (2, 1, 1795581711951, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (3, 1, 1795581711962, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (4, 1, 1795581711967, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (5, 1, 1795581711969, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (6, 1, 1795581711972, 'queued', '{"type":"queued"}', NULL);
INSERT INTO public.events VALUES (1, 2, 1795581711982, 'claimed', '{"type":"claimed","worker":"host:1:abc","attempt":1}', NULL);
INSERT INTO public.events VALUES (1, 3, 1795581711987, 'started', '{"type":"started","device":"CPU (a test)","engine":"made up","stepsPerEpoch":4,"steps":12,"parameters":10}', NULL);
INSERT INTO public.events VALUES (1, 4, 1795581711996, 'batches', '{"type":"batches","epoch":1,"firstStep":1,"losses":[1.1428572,0.8095238],"accs":[0.000001,0.000002],"samplesPerSecond":1000}', 2);
INSERT INTO public.events VALUES (1, 5, 1795581711998, 'batches', '{"type":"batches","epoch":1,"firstStep":3,"losses":[0.64285713,0.54285717],"accs":[0.000003,0.000004],"samplesPerSecond":1000}', 4);
INSERT INTO public.events VALUES (1, 6, 1795581712001, 'epoch', '{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1}', NULL);
INSERT INTO public.events VALUES (1, 7, 1795581712006, 'checkpoint', '{"type":"checkpoint","step":4,"epoch":1,"file":"step-000000004.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.001}', NULL);
INSERT INTO public.events VALUES (1, 8, 1795581712012, 'batches', '{"type":"batches","epoch":2,"firstStep":5,"losses":[0.47619048,0.42857143],"accs":[0.000005,0.000006],"samplesPerSecond":1000}', 6);
INSERT INTO public.events VALUES (1, 9, 1795581712014, 'batches', '{"type":"batches","epoch":2,"firstStep":7,"losses":[0.39285713,0.36507937],"accs":[0.000007,0.000008],"samplesPerSecond":1000}', 8);
INSERT INTO public.events VALUES (1, 10, 1795581712017, 'epoch', '{"type":"epoch","number":2,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.002,"testLoss":0.2,"learningRate":0.01,"seconds":1}', NULL);
INSERT INTO public.events VALUES (1, 11, 1795581712021, 'checkpoint', '{"type":"checkpoint","step":8,"epoch":2,"file":"step-000000008.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.002}', NULL);
INSERT INTO public.events VALUES (1, 12, 1795581712025, 'batches', '{"type":"batches","epoch":3,"firstStep":9,"losses":[0.34285715,0.32467532],"accs":[0.000009,0.00001],"samplesPerSecond":1000}', 10);
INSERT INTO public.events VALUES (1, 13, 1795581712029, 'batches', '{"type":"batches","epoch":3,"firstStep":11,"losses":[0.30952382,0.2967033],"accs":[0.000011,0.000012],"samplesPerSecond":1000}', 12);
INSERT INTO public.events VALUES (1, 14, 1795581712031, 'epoch', '{"type":"epoch","number":3,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.003,"testLoss":0.2,"learningRate":0.01,"seconds":1}', NULL);
INSERT INTO public.events VALUES (1, 15, 1795581712036, 'checkpoint', '{"type":"checkpoint","step":12,"epoch":3,"file":"step-000000012.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.003}', NULL);
INSERT INTO public.events VALUES (1, 16, 1795581712037, 'completed', '{"type":"completed"}', NULL);
INSERT INTO public.events VALUES (2, 2, 1795581712040, 'claimed', '{"type":"claimed","worker":"host:1:abc","attempt":1}', NULL);
INSERT INTO public.events VALUES (2, 3, 1795581712044, 'started', '{"type":"started","device":"CPU (a test)","engine":"made up","stepsPerEpoch":4,"steps":12,"parameters":10}', NULL);
INSERT INTO public.events VALUES (2, 4, 1795581712046, 'batches', '{"type":"batches","epoch":1,"firstStep":1,"losses":[1.2857143,0.95238096],"accs":[0.000001,0.000002],"samplesPerSecond":1000}', 2);
INSERT INTO public.events VALUES (2, 5, 1795581712050, 'batches', '{"type":"batches","epoch":1,"firstStep":3,"losses":[0.78571427,0.6857143],"accs":[0.000003,0.000004],"samplesPerSecond":1000}', 4);
INSERT INTO public.events VALUES (2, 6, 1795581712054, 'epoch', '{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1}', NULL);
INSERT INTO public.events VALUES (2, 7, 1795581712061, 'checkpoint', '{"type":"checkpoint","step":4,"epoch":1,"file":"step-000000004.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.001}', NULL);
INSERT INTO public.events VALUES (2, 8, 1795581712063, 'batches', '{"type":"batches","epoch":2,"firstStep":5,"losses":[0.61904764,0.5714286],"accs":[0.000005,0.000006],"samplesPerSecond":1000}', 6);
INSERT INTO public.events VALUES (3, 2, 1795581712065, 'claimed', '{"type":"claimed","worker":"host:1:abc","attempt":1}', NULL);
INSERT INTO public.events VALUES (3, 3, 1795581712067, 'started', '{"type":"started","device":"CPU (a test)","engine":"made up","stepsPerEpoch":4,"steps":12,"parameters":10}', NULL);
INSERT INTO public.events VALUES (3, 4, 1795581712070, 'batches', '{"type":"batches","epoch":1,"firstStep":1,"losses":[1.4285715,1.0952381],"accs":[0.000001,0.000002],"samplesPerSecond":1000}', 2);
INSERT INTO public.events VALUES (3, 5, 1795581712074, 'log', '{"type":"log","level":"warning","message":"Größe ''x''; \n \\ \" %"}', NULL);
INSERT INTO public.events VALUES (3, 6, 1795581712076, 'failed', '{"type":"failed","error":"Cannot train: the loss is not finite."}', NULL);
INSERT INTO public.events VALUES (6, 2, 1795581712082, 'claimed', '{"type":"claimed","worker":"host:1:abc","attempt":1}', NULL);
INSERT INTO public.events VALUES (6, 3, 1795581712093, 'started', '{"type":"started","device":"CPU (a test)","engine":"made up","stepsPerEpoch":4,"steps":12,"parameters":10}', NULL);
INSERT INTO public.events VALUES (6, 4, 1795581712094, 'batches', '{"type":"batches","epoch":1,"firstStep":1,"losses":[1.8571428,1.5238096],"accs":[0.000001,0.000002],"samplesPerSecond":1000}', 2);
INSERT INTO public.events VALUES (6, 5, 1795581712095, 'batches', '{"type":"batches","epoch":1,"firstStep":3,"losses":[1.3571428,1.2571429],"accs":[0.000003,0.000004],"samplesPerSecond":1000}', 4);
INSERT INTO public.events VALUES (6, 6, 1795581712097, 'epoch', '{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1}', NULL);
INSERT INTO public.events VALUES (6, 7, 1795581712098, 'checkpoint', '{"type":"checkpoint","step":4,"epoch":1,"file":"step-000000004.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.001}', NULL);
INSERT INTO public.events VALUES (6, 8, 1795581712099, 'interrupted', '{"type":"interrupted","reason":"The worker was stopped.","crashed":false}', NULL);
INSERT INTO public.events VALUES (4, 2, 1795581712104, 'cancelRequested', '{"type":"cancelRequested"}', NULL);
INSERT INTO public.events VALUES (4, 3, 1795581712104, 'cancelled', '{"type":"cancelled"}', NULL);
INSERT INTO public.kysely_migration VALUES ('001_runs', '2026-11-25T04:41:51.910Z');
INSERT INTO public.kysely_migration VALUES ('002_descriptions', '2026-11-25T04:41:51.925Z');
INSERT INTO public.kysely_migration_lock VALUES ('migration_lock', 0);
INSERT INTO public.lookups VALUES (3, 'failed', NULL, NULL, NULL, NULL, NULL, 'failed
basic_cnn
3
');
INSERT INTO public.lookups VALUES (4, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'cancelled
basic_cnn
4
');
INSERT INTO public.lookups VALUES (5, 'queued', NULL, NULL, NULL, NULL, NULL, 'queued
basic_cnn
5
');
INSERT INTO public.lookups VALUES (1, 'completed', 0.003, 0.003, 0.2, 0.9, 0.3, 'completed
basic_cnn
1
');
INSERT INTO public.lookups VALUES (2, 'running', 0.001, 0.001, 0.2, 0.9, 0.3, 'running
basic_cnn
2
');
INSERT INTO public.lookups VALUES (6, 'interrupted', 0.001, 0.001, 0.2, 0.9, 0.3, 'interrupted
basic_cnn
6
');
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (4, 'cbf2aa38-f924-4319-aca3-ea8919d1a42a', 'cancelled', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":4,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of cancelled', 1795581711967, '{"state":"CANCELLED","lastSeq":3,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":"2026-11-25T04:41:52.104Z","error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}', 'CANCELLED', NULL, 0, 0, 0);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (5, '7a20310c-41ef-4cb6-8b87-fbe2da0e678b', 'queued', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":5,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of queued', 1795581711969, '{"state":"QUEUED","lastSeq":1,"attempts":0,"crashes":0,"device":null,"engine":null,"startedAt":null,"endedAt":null,"error":null,"stepsPerEpoch":null,"steps":null,"step":0,"samplesPerSecond":null,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}', 'QUEUED', NULL, 0, 0, 0);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (2, '4fe25bb9-7627-4b30-849b-461b4692f1c7', 'running', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":2,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of running', 1795581711951, '{"state":"RUNNING","lastSeq":8,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T04:41:52.044Z","endedAt":null,"error":null,"stepsPerEpoch":4,"steps":12,"step":6,"samplesPerSecond":1000,"lastEpoch":{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1},"bestTestAcc":0.001,"epochs":null,"checkpoints":[{"step":4,"epoch":1,"file":"step-000000004.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.001}],"lastCheckpoint":{"step":4,"epoch":1,"file":"step-000000004.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.001},"name":null,"tags":[],"note":null}', 'RUNNING', 'host:1:abc', 1795581712065, 1, 6);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (3, '50d0f8d0-784d-4608-ba11-85674475aadf', 'failed', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":3,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of failed', 1795581711962, '{"state":"FAILED","lastSeq":6,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T04:41:52.067Z","endedAt":"2026-11-25T04:41:52.076Z","error":"Cannot train: the loss is not finite.","stepsPerEpoch":4,"steps":12,"step":2,"samplesPerSecond":1000,"lastEpoch":null,"bestTestAcc":null,"epochs":null,"checkpoints":[],"lastCheckpoint":null,"name":null,"tags":[],"note":null}', 'FAILED', NULL, 0, 1, 4);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (1, '0bea5640-432d-4804-a59e-df93e57c4ba2', 'completed', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":1,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of completed', 1795581711937, '{"state":"COMPLETED","lastSeq":16,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T04:41:51.987Z","endedAt":"2026-11-25T04:41:52.037Z","error":null,"stepsPerEpoch":4,"steps":12,"step":12,"samplesPerSecond":1000,"lastEpoch":{"type":"epoch","number":3,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.003,"testLoss":0.2,"learningRate":0.01,"seconds":1},"bestTestAcc":0.003,"epochs":null,"checkpoints":[{"step":4,"epoch":1,"file":"step-000000004.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.001},{"step":8,"epoch":2,"file":"step-000000008.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.002},{"step":12,"epoch":3,"file":"step-000000012.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.003}],"lastCheckpoint":{"step":12,"epoch":3,"file":"step-000000012.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.003},"name":null,"tags":[],"note":null}', 'COMPLETED', NULL, 0, 1, 14);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (6, '2865aacf-25d2-440b-afd8-1cb844f09204', 'interrupted', '{"recipe":"BASIC_CNN","dataset":"mnist","epochs":3,"batchSize":32,"learningRate":0.01,"seed":6,"device":"CPU","trainSamples":128,"testSamples":32}', 'key of interrupted', 1795581711972, '{"state":"INTERRUPTED","lastSeq":8,"attempts":1,"crashes":0,"device":"CPU (a test)","engine":"made up","startedAt":"2026-11-25T04:41:52.093Z","endedAt":null,"error":null,"stepsPerEpoch":4,"steps":12,"step":4,"samplesPerSecond":1000,"lastEpoch":{"type":"epoch","number":1,"trainAcc":0.9,"trainLoss":0.3,"testAcc":0.001,"testLoss":0.2,"learningRate":0.01,"seconds":1},"bestTestAcc":0.001,"epochs":null,"checkpoints":[{"step":4,"epoch":1,"file":"step-000000004.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.001}],"lastCheckpoint":{"step":4,"epoch":1,"file":"step-000000004.safetensors","bytes":488000,"sha256":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","reason":"epoch","testAcc":0.001},"name":null,"tags":[],"note":null}', 'INTERRUPTED', NULL, 0, 1, 6);
INSERT INTO public.workers VALUES ('host:1:abc', 1795581712106, '{"host":"host","pid":1,"version":"0.1.0","devices":[{"kind":"CPU","name":"a CPU","available":true}],"runId":"4fe25bb9-7627-4b30-849b-461b4692f1c7","startedAt":"2026-01-01T00:00:00.000Z"}');
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
ALTER TABLE ONLY public.lookups
    ADD CONSTRAINT lookups_pkey PRIMARY KEY (run);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_id_key UNIQUE (id);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_idempotency_key_key UNIQUE (idempotency_key);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_key PRIMARY KEY (tag, run);
ALTER TABLE ONLY public.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (id);
CREATE INDEX changes_by_run ON public.changes USING btree (run);
CREATE UNIQUE INDEX events_by_step ON public.events USING btree (run, last_step) WHERE (last_step IS NOT NULL);
CREATE INDEX events_by_type ON public.events USING btree (run, type, seq);
CREATE INDEX runs_by_state ON public.runs USING btree (state, number);
CREATE INDEX tags_by_run ON public.tags USING btree (run);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_run_fkey FOREIGN KEY (run) REFERENCES public.runs(number) ON DELETE CASCADE;
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_run_fkey FOREIGN KEY (run) REFERENCES public.runs(number) ON DELETE CASCADE;
ALTER TABLE ONLY public.lookups
    ADD CONSTRAINT lookups_run_fkey FOREIGN KEY (run) REFERENCES public.runs(number) ON DELETE CASCADE;
ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_run_fkey FOREIGN KEY (run) REFERENCES public.runs(number) ON DELETE CASCADE;
