//! Bytes as the model of a tagger: refused, or used without a fault.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tamis::Lang;
use tamis::stage::entities::training::{Bench, Model};

static BENCH: LazyLock<Bench> = LazyLock::new(|| Bench::new().expect("rules"));

fuzz_target!(|bytes: &[u8]| {
    if let Some(model) = Model::read(bytes) {
        BENCH.names("Hier, Sophie Carpentras a quitté Genève pour la Banque centrale.", Lang::UND, Some(&model));
    }
});
