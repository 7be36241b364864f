//! Embeds every file below `rules/` in the program, so that adding a language is adding a folder. The tables of the gazetteer
//! are made into an image, which the program searches where it lies. A hash of the source tells one build from another.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[allow(dead_code)] // the half that reads
#[path = "src/stage/entities/compile.rs"]
mod compile;
#[allow(dead_code)]
#[path = "src/stage/boilerplate/fold.rs"]
mod fold;
#[allow(dead_code)]
#[path = "src/stage/boilerplate/gate.rs"]
mod gate;
#[allow(dead_code)]
#[path = "src/stage/entities/inflection.rs"]
mod inflection;
#[allow(dead_code)]
#[path = "src/stage/entities/letters.rs"]
mod letters;
#[allow(dead_code)]
#[path = "src/stage/entities/skeleton.rs"]
mod skeleton;

#[allow(clippy::disallowed_methods)] // half a file here fails the build
fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?).join("rules");
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/stage/entities");
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    let mut tables = Vec::new();
    for file in &files {
        let name = file.strip_prefix(&root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        let table = name.strip_prefix("common/").and_then(|n| n.strip_suffix(".tsv"));
        if let Some(table) = table.filter(|t| compile::TABLES.contains(t)) {
            tables.push((table.to_string(), fs::read_to_string(file)?));
            // The stage boilerplate reads the given names as they are, the stage typos the countries.
            if !["given_names", "countries"].contains(&table) {
                continue;
            }
        }
        let _ = writeln!(code, "    ({name:?}, include_str!({:?})),", file.to_string_lossy());
    }
    code.push_str("]\n");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env=TAMIS_SOURCE={:016x}", fingerprint(&root.with_file_name("src"))?);
    println!("cargo::rustc-env=TAMIS_RULES={:016x}", fingerprint(&root)?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let tables: Vec<(&str, &str)> = tables.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let image = compile::compile(&tables)
        .map_err(|f| io::Error::other(format!("rules/common/{}.tsv, byte {}: {}", f.table, f.offset, f.what)))?;
    fs::write(out.join("gazetteer.bin"), image)?;
    fs::write(out.join("rules.rs"), code)?;
    fs::write(out.join("compact.rs"), images(&root, &files, &out, "bin", compact)?)?;
    fs::write(out.join("gates.rs"), images(&root, &files, &out, "gates", gates)?)
}

/// A hash of a folder, names and contents (FNV-1a): what another build writes may differ, whatever its version is called.
fn fingerprint(root: &Path) -> io::Result<u64> {
    let mut todo = vec![root.to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { todo.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        let name = file.strip_prefix(root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        for byte in name.bytes().chain(fs::read(&file)?) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
    Ok(hash)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml" || e == "tsv") {
            files.push(path);
        }
    }
    Ok(())
}

/// What `make` makes of the TOML files, in files of their own: the code of a list of them.
#[allow(clippy::disallowed_methods)]
fn images(
    root: &Path,
    files: &[PathBuf],
    out: &Path,
    extension: &str,
    make: fn(toml::Table) -> Option<Vec<u8>>,
) -> io::Result<String> {
    let mut code = String::from("&[\n");
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "toml")) {
        let name = file.strip_prefix(root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        // A file that is no TOML is left to the program, which says what is wrong with it.
        let Ok(table) = fs::read_to_string(file)?.parse::<toml::Table>() else { continue };
        let Some(bytes) = make(table) else { continue };
        let path = out.join(name.replace('/', "-")).with_extension(extension);
        fs::write(&path, bytes)?;
        let _ = writeln!(code, "    ({name:?}, include_bytes!({:?})),", path.to_string_lossy());
    }
    code.push_str("]\n");
    Ok(code)
}

/// Values that need no parsing, in the format of `src/rules/compact.rs`.
fn compact(table: toml::Table) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    write_value(&toml::Value::Table(table), &mut bytes).map(|()| bytes)
}

/// What must stand in a line for each of the cues.
fn gates(table: toml::Table) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for cue in table.get("cue")?.as_array()? {
        gate::Gate::of(&fold::pattern(cue.get("pattern")?.as_str()?)).write(&mut bytes);
    }
    Some(bytes)
}

/// `None` for a date, which no rule holds.
fn write_value(value: &toml::Value, out: &mut Vec<u8>) -> Option<()> {
    match value {
        toml::Value::Table(table) => {
            out.push(0);
            write_number(table.len() as u64, out);
            for (key, value) in table {
                write_string(key, out);
                write_value(value, out)?;
            }
        }
        toml::Value::Array(values) => {
            out.push(1);
            write_number(values.len() as u64, out);
            values.iter().try_for_each(|value| write_value(value, out))?;
        }
        toml::Value::String(string) => {
            out.push(2);
            write_string(string, out);
        }
        toml::Value::Integer(number) => {
            out.push(3);
            write_number((number << 1 ^ number >> 63) as u64, out);
        }
        toml::Value::Float(number) => {
            out.push(4);
            out.extend(number.to_le_bytes());
        }
        toml::Value::Boolean(yes) => out.push(if *yes { 5 } else { 6 }),
        toml::Value::Datetime(_) => return None,
    }
    Some(())
}

fn write_string(string: &str, out: &mut Vec<u8>) {
    write_number(string.len() as u64, out);
    out.extend(string.as_bytes());
}

fn write_number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}
