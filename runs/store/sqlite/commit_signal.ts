/**
 * Signal of commits between the processes that share a database: the one that commits touches a file, and the system
 * notifies those that watch it. They receive it sooner than they would find the commit by polling, and need no time
 * while nothing is written. Some file systems do not notify, and other programs do not touch the file, so that one has
 * to poll now and then as well.
 */

/** The signal of a database, as one process has it. */
export interface CommitSignal {
  /** Sends it to all that listen, in this process as well. */
  send(): void;
  /** Listens from the first call on. Does nothing where the system cannot watch the file. */
  listen(onSignal: () => void): void;
  /** Stops listening. */
  close(): void;
}

/**
 * Creates the signal of a database.
 *
 * @param file made if it is missing. It must be no file of SQLite: Deno opens what it watches, and closing a file
 *   releases all locks that the process has on it
 */
export function createCommitSignal(file: string): CommitSignal {
  let watcher: Deno.FsWatcher | undefined;
  let isListening = false;
  try {
    Deno.writeFileSync(file, new Uint8Array(), { append: true });
  } catch {
    // Where nothing can be written, nobody commits.
  }

  async function receive(watching: Deno.FsWatcher, onSignal: () => void): Promise<void> {
    for await (const _event of watching) onSignal();
  }

  return {
    send() {
      const now = new Date();
      try {
        Deno.utimeSync(file, now, now);
      } catch {
        // Those that listen also poll.
      }
    },
    listen(onSignal) {
      if (isListening) return;
      isListening = true;
      try {
        watcher = Deno.watchFs(file, { recursive: false });
      } catch {
        // Linux limits the number of files that a user watches, for example.
        return;
      }
      receive(watcher, onSignal).catch(() => {});
    },
    close() {
      watcher?.close();
      watcher = undefined;
    },
  };
}
