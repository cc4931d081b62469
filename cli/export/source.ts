/** Origin of a model's files: a server or this machine. */

/** A model that can be written in any format. */
export interface ModelSource {
  /**
   * Opens one of its files.
   *
   * @param name 'model.onnx'
   */
  file(name: string): Promise<AsyncIterable<Uint8Array>>;
}
