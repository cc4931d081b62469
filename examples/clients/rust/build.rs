//! Registers the schema for cynic's macros.
fn main() {
    cynic_codegen::register_schema("epochql")
        .from_sdl_file("../../../schema.graphql")
        .and_then(|schema| schema.as_default())
        .expect("schema.graphql must be valid");
}
