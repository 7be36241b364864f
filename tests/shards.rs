//! Shards, manifest and resuming: nothing lost, nothing twice, whatever happens in between.

use std::collections::BTreeMap;
use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

fn command(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
    command.args(arguments).current_dir(folder);
    command
}

fn tamis(arguments: &[&str], folder: &Path) -> Output {
    command(arguments, folder).output().unwrap()
}

/// Runs, and gives what was said. The exit code must be `code`.
fn run(arguments: &[&str], folder: &Path, code: i32) -> String {
    let out = tamis(arguments, folder);
    let said = String::from_utf8_lossy(&out.stderr).into_owned() + &String::from_utf8_lossy(&out.stdout);
    assert_eq!(out.status.code(), Some(code), "{arguments:?}: {said}");
    said
}

fn article(n: usize) -> String {
    format!(
        "Le conseil de la commune numéro {n} a voté mardi la rénovation de la halle, fermée depuis la tempête.\n\n\
         Les travaux dureront {n} mois, a dit la maire, et les marchands s'installeront sur la place."
    )
}

fn lines(from: usize, to: usize) -> String {
    (from..to)
        .map(|i| {
            if i % 50 == 13 {
                return "{broken\n".to_string();
            }
            format!("{}\n", serde_json::json!({"id": format!("n{i}"), "url": format!("https://journal.example/{i}"), "text": article(i)}))
        })
        .collect()
}

/// Every file of output with its bytes.
fn output(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for series in ["articles", "rejects"] {
        for entry in fs::read_dir(root.join(series)).unwrap() {
            let path = entry.unwrap().path();
            all.insert(format!("{series}/{}", path.file_name().unwrap().to_string_lossy()), fs::read(&path).unwrap());
        }
    }
    all
}

fn records(root: &Path) -> Vec<Value> {
    let articles = output(root).into_iter().filter(|(name, _)| name.starts_with("articles"));
    let text: String = articles.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect();
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn ids(root: &Path) -> Vec<String> {
    records(root).iter().map(|r| r["id"].as_str().unwrap().to_string()).collect()
}

/// A dump with a large file that is cut into parts, a packed one, and small ones.
fn dump(folder: &Path) {
    fs::create_dir_all(folder.join("raw/b")).unwrap();
    fs::write(folder.join("raw/a.jsonl"), lines(0, 400)).unwrap();
    let mut gz = flate2::write::GzEncoder::new(
        fs::File::create(folder.join("raw/b/packed.jsonl.gz")).unwrap(),
        flate2::Compression::default(),
    );
    std::io::Write::write_all(&mut gz, lines(400, 700).as_bytes()).unwrap();
    gz.finish().unwrap();
    for n in 0..30 {
        fs::write(folder.join(format!("raw/b/{n:02}.txt")), article(1000 + n)).unwrap();
    }
    fs::write(folder.join("raw/empty.txt"), "").unwrap();
}

/// Flags that make many shards of a small dump, without the stages that take time.
const SMALL: &[&str] = &["run", "--quiet", "--only", "none", "--part-bytes", "16000"];

fn small<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [SMALL, more].concat()
}

#[test]
fn a_second_run_has_nothing_to_do_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    run(&small(&[]), folder.path(), 1);
    let root = folder.path().join("processed");
    let first = output(&root);
    assert!(first.len() > 8, "{:?}", first.keys());
    assert_eq!(ids(&root).len(), 400 - 8 + 300 - 6 + 30);
    let manifest = fs::read(root.join("manifest.jsonl")).unwrap();
    let said = run(&["run", "--only", "none", "--part-bytes", "16000"], folder.path(), 0);
    assert!(said.contains("0 read") && said.contains("33 files were done already"), "{said}");
    // What is remembered of times of change may be lost: hashes tell as well.
    fs::remove_dir_all(root.join(".state")).unwrap();
    let said = run(&["run", "--only", "none", "--part-bytes", "16000"], folder.path(), 0);
    assert!(said.contains("0 read"), "{said}");
    assert!(output(&root) == first);
    assert_eq!(fs::read(root.join("manifest.jsonl")).unwrap(), manifest);
    let said = run(&["verify"], folder.path(), 0);
    assert!(said.contains("every hash and count is right"), "{said}");
}

#[test]
fn only_what_is_new_or_changed_is_read() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    run(&small(&[]), folder.path(), 1);
    let root = folder.path().join("processed");
    let before = output(&root);
    // Files that come later, also before and between the others.
    fs::write(folder.path().join("raw/0-first.txt"), article(5000)).unwrap();
    fs::write(folder.path().join("raw/b/05b.txt"), article(5001)).unwrap();
    let said = run(
        &small(&[])[1..].iter().fold(vec!["run"], |mut v, a| {
            if *a != "--quiet" {
                v.push(a)
            }
            v
        }),
        folder.path(),
        0,
    );
    assert!(said.contains("2 read, 2 written"), "{said}");
    let after = output(&root);
    assert!(before.iter().all(|(name, bytes)| after[name] == *bytes), "what was there stays as it was");
    assert_eq!(after.len(), before.len() + 1);
    // Lines behind the end of a large file: its last part is made again, the others are not.
    let mut text = fs::read_to_string(folder.path().join("raw/a.jsonl")).unwrap();
    text.push_str(&lines(9000, 9003));
    fs::write(folder.path().join("raw/a.jsonl"), &text).unwrap();
    run(&small(&[]), folder.path(), 0);
    let third = output(&root);
    let changed = after.iter().filter(|(name, bytes)| third.get(*name) != Some(bytes)).count();
    assert!(changed <= 2, "{changed} files changed");
    assert!(ids(&root).contains(&"n9002".to_string()));
    // The same bytes at another time are the same.
    fs::write(folder.path().join("raw/a.jsonl"), &text).unwrap();
    run(&small(&[]), folder.path(), 0);
    assert!(output(&root) == third);
    // Shorter: shards that it needs no more go.
    fs::write(folder.path().join("raw/a.jsonl"), lines(0, 100)).unwrap();
    run(&small(&[]), folder.path(), 0);
    assert_eq!(ids(&root).iter().filter(|id| id.len() < 5).count(), 98 + 294);
    run(&["verify"], folder.path(), 0);
}

#[test]
fn what_is_gone_from_the_input_stays_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    run(&small(&[]), folder.path(), 1);
    fs::remove_file(folder.path().join("raw/b/03.txt")).unwrap();
    let n = ids(&folder.path().join("processed")).len();
    let said = run(&["run", "--only", "none", "--part-bytes", "16000"], folder.path(), 0);
    assert!(said.contains("1 files are no more in the input") && said.contains("raw/b/03.txt"), "{said}");
    assert_eq!(ids(&folder.path().join("processed")).len(), n);
    let status: Value = serde_json::from_slice(&tamis(&["status", "--json"], folder.path()).stdout).unwrap();
    assert_eq!(status["gone"], serde_json::json!(["raw/b/03.txt"]));
    assert_eq!((&status["files_done"], &status["left"]), (&33.into(), &serde_json::json!({})));
    assert_eq!(status["reasons"], serde_json::json!({"bad-json": 14, "empty": 1}));
}

#[test]
fn other_rules_flags_and_versions_make_shards_anew() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("raw")).unwrap();
    fs::create_dir_all(folder.path().join("rules/fr")).unwrap();
    fs::write(folder.path().join("raw/a.txt"), article(1)).unwrap();
    let read = |arguments: &[&str], n: usize| {
        let said = run(arguments, folder.path(), 0);
        assert!(said.contains(&format!("{n} read")), "{arguments:?}: {said}");
    };
    read(&["run", "--only", "encoding"], 1);
    read(&["run", "--only", "encoding"], 0);
    read(&["run", "--only", "encoding", "--jobs", "1"], 0);
    read(&["run", "--only", "encoding,dates"], 1);
    read(&["run", "--only", "encoding,dates", "--audit", "full"], 1);
    fs::write(folder.path().join("rules/fr/remarks.toml"), "").unwrap();
    read(&["run", "--only", "encoding,dates", "--audit", "full", "--rules", "rules"], 1);
    read(&["run", "--only", "encoding,dates", "--audit", "full", "--rules", "rules"], 0);
    read(&["run", "--only", "encoding,dates", "--audit", "full", "--rules", "rules", "--fresh"], 1);
    // Another version, as far as the manifest knows: then its check sum is wrong too, which comes to the same.
    let path = folder.path().join("processed/manifest.jsonl");
    let manifest = fs::read_to_string(&path).unwrap();
    fs::write(&path, manifest.replace(&format!("\"tamis\":\"{}", env!("CARGO_PKG_VERSION")), "\"tamis\":\"0.0.9"))
        .unwrap();
    read(&["run", "--only", "encoding,dates", "--audit", "full", "--rules", "rules"], 1);
    assert_eq!(records(&folder.path().join("processed")).len(), 1);
}

#[test]
fn damage_to_the_output_is_found_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    run(&small(&[]), folder.path(), 1);
    let root = folder.path().join("processed");
    let sound = output(&root);
    let shard = root.join("articles/00002.jsonl");
    let damages: [&dyn Fn(); 6] = [
        &|| {
            let mut bytes = fs::read(&shard).unwrap();
            bytes[20] ^= 1;
            fs::write(&shard, bytes).unwrap();
        },
        &|| fs::write(&shard, &fs::read(&shard).unwrap()[..100]).unwrap(),
        &|| fs::remove_file(&shard).unwrap(),
        &|| fs::write(root.join("articles/00777.jsonl"), "{}\n").unwrap(),
        &|| {
            let text = fs::read_to_string(root.join("manifest.jsonl")).unwrap();
            fs::write(root.join("manifest.jsonl"), &text[..text.len() - 40]).unwrap();
        },
        &|| {
            let text = fs::read_to_string(root.join("manifest.jsonl")).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            let mut bad = lines.clone();
            bad[1] = "\0\0garbage";
            fs::write(root.join("manifest.jsonl"), bad.join("\n") + "\n").unwrap();
        },
    ];
    for (n, damage) in damages.iter().enumerate() {
        damage();
        let said = run(&["verify"], folder.path(), 2);
        assert!(said.contains("run tamis again"), "{n}: {said}");
        assert!([0, 1].contains(&tamis(&small(&[]), folder.path()).status.code().unwrap()));
        assert!(output(&root) == sound, "{n}: {:?}", output(&root).keys());
        run(&["verify"], folder.path(), 0);
    }
}

#[test]
fn two_runs_do_not_write_to_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    fs::create_dir(folder.path().join("processed")).unwrap();
    let lock = fs::File::create(folder.path().join("processed/.lock")).unwrap();
    lock.lock().unwrap();
    for arguments in [&small(&[])[..], &["forget", "processed", "--id", "x"]] {
        if arguments[0] == "forget" {
            fs::write(folder.path().join("processed/manifest.jsonl"), "").unwrap();
        }
        let said = run(arguments, folder.path(), 2);
        assert!(said.contains("another run is writing to processed"), "{said}");
    }
    let said = run(&["status"], folder.path(), 0);
    assert!(said.contains("running"), "{said}");
    drop(lock);
    run(&small(&[]), folder.path(), 1);
}

#[test]
fn shares_of_a_dump_are_the_dump() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    run(&small(&["-o", "whole"]), folder.path(), 1);
    let mut shared = Vec::new();
    for share in ["1/3", "2/3", "3/3"] {
        let name = format!("part{}", &share[..1]);
        assert!(
            [0, 1].contains(&tamis(&small(&["-o", &name, "--shard", share]), folder.path()).status.code().unwrap())
        );
        shared.extend(ids(&folder.path().join(&name)));
        let again = tamis(&small(&["-o", &name, "--shard", share]), folder.path());
        assert_eq!(again.status.code(), Some(0));
        let status: Value = serde_json::from_slice(&tamis(&["status", &name, "--json"], folder.path()).stdout).unwrap();
        assert!(status["read"].as_u64().unwrap() > 0);
    }
    let mut whole = ids(&folder.path().join("whole"));
    whole.sort();
    shared.sort();
    assert_eq!(shared, whole);
    assert!(run(&small(&["--shard", "4/3"]), folder.path(), 2).contains("I/N"));
}

#[test]
fn limits_patterns_and_rejects_read_less() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    run(&small(&["--limit", "20", "-o", "some"]), folder.path(), 1);
    assert_eq!(ids(&folder.path().join("some")).len(), 19);
    run(&small(&["--include", "*.txt", "--exclude", "raw/b/0?.txt", "-o", "texts"]), folder.path(), 1);
    assert_eq!(ids(&folder.path().join("texts")).len(), 20);
    run(&small(&[]), folder.path(), 1);
    // The lines are mended where they stand, and only they are read.
    let path = folder.path().join("raw/a.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let good = "{\"text\": \"Un texte mis en ordre\"}\n";
    fs::write(&path, text.replace("{broken\n", good)).unwrap();
    let said = run(&["run", "--only", "none", "--rejects", "processed"], folder.path(), 1);
    assert!(said.contains("15 read, 8 written, 7 rejected"), "{said}");
    assert_eq!(records(&folder.path().join("retried"))[0]["source"]["record"], 13);
    assert!(run(&["run", "--rejects", "processed", "-o", "processed"], folder.path(), 2).contains("another"));
    assert!(run(&["status", "processed"], folder.path(), 0).contains("raw/a.jsonl record 13: bad-json"));
    // Without paths the files of the rejects are read again, wherever they lie; with others there is nothing to do.
    fs::rename(folder.path().join("raw"), folder.path().join("dump")).unwrap();
    run(&["run", "dump", "--only", "none", "-o", "first"], folder.path(), 1);
    let said = run(&["run", "--only", "none", "--rejects", "first", "-o", "second"], folder.path(), 1);
    assert!(said.contains("7 read, 0 written, 7 rejected"), "{said}");
    fs::write(folder.path().join("other.txt"), "Un texte").unwrap();
    assert!(run(&["run", "other.txt", "--rejects", "first", "-o", "third"], folder.path(), 2).contains("none of"));
}

#[test]
fn what_is_withdrawn_goes_and_never_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    // The same article under another id.
    fs::write(
        folder.path().join("raw/again.jsonl"),
        format!("{}\n", serde_json::json!({"id": "copy", "text": article(17)})),
    )
    .unwrap();
    run(&small(&[]), folder.path(), 1);
    let root = folder.path().join("processed");
    let n = ids(&root).len();
    let said = run(&["forget", "processed", "--id", "n17", "--url", "https://journal.example/20"], folder.path(), 0);
    assert!(said.contains("3 records"), "{said}");
    let gone = |root: &Path| ["n17", "copy", "n20"].iter().all(|id| !ids(root).contains(&id.to_string()));
    assert!(gone(&root));
    assert_eq!(ids(&root).len(), n - 3);
    run(&["verify"], folder.path(), 0);
    run(&small(&[]), folder.path(), 0);
    assert!(gone(&root));
    run(&small(&["--fresh"]), folder.path(), 1);
    assert!(gone(&root));
    assert_eq!(ids(&root).len(), n - 3);
    run(&["verify"], folder.path(), 0);
    let text = fs::read_to_string(root.join("withdrawn.jsonl")).unwrap();
    assert!(!text.contains("conseil"), "the list must not hold what it is to hide");
    fs::write(root.join("withdrawn.jsonl"), text + "not json\n").unwrap();
    assert!(run(&small(&[]), folder.path(), 2).contains("withdrawn.jsonl:"));
}

#[test]
fn of_versions_the_newest_stays() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("raw")).unwrap();
    let version = |id: &str, url: &str, day: u32, text: &str| {
        format!(
            "{}\n",
            serde_json::json!({"id": id, "url": url, "captured": format!("2024-03-{day:02}T08:00:00Z"), "text": text})
        )
    };
    let old = version("old", "https://x.example/1", 3, "Une première version.")
        + &version("only", "https://x.example/2", 1, "Un autre article.");
    fs::write(folder.path().join("raw/a.jsonl"), old).unwrap();
    run(&small(&["--latest"]), folder.path(), 0);
    fs::write(
        folder.path().join("raw/b.jsonl"),
        version("new", "https://x.example/1", 9, "Une seconde version, corrigée."),
    )
    .unwrap();
    fs::write(
        folder.path().join("raw/c.jsonl"),
        version("late", "https://x.example/1", 2, "Une version plus ancienne encore."),
    )
    .unwrap();
    run(&small(&["--latest"]), folder.path(), 0);
    let root = folder.path().join("processed");
    assert_eq!(ids(&root), ["only", "new"]);
    run(&["verify"], folder.path(), 0);
    let said = run(&["run", "--only", "none", "--part-bytes", "16000", "--latest"], folder.path(), 0);
    assert!(said.contains("0 read"), "{said}");
    assert!(run(&["status"], folder.path(), 0).contains("2 superseded"));
}

/// Starts a run and kills it after `wait`; gives whether it was still running.
fn killed(arguments: &[&str], folder: &Path, wait: Duration) -> bool {
    let mut child: Child = command(arguments, folder).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(wait);
    let running = child.try_wait().unwrap().is_none();
    let _ = child.kill();
    child.wait().unwrap();
    running
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_as_if_it_never_was() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    let arguments = ["run", "--quiet", "--jobs", "2", "--part-bytes", "16000", "-o"];
    let with = |name: &'static str| [&arguments[..], &[name]].concat();
    let started = std::time::Instant::now();
    run(&with("whole"), folder.path(), 1);
    let whole = started.elapsed();
    let kills: u32 = std::env::var("TAMIS_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let (mut hit, mut rounds) = (0, 0);
    while hit < kills {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        // Some at the very start, most while there is work.
        let wait = whole.mul_f64((seed % 1000) as f64 / 900.0);
        let running = killed(&with("killed"), folder.path(), wait);
        hit += u32::from(running);
        rounds += 1;
        if !running || rounds % 5 == 4 {
            // It has come to its end: that must be the same end, and a new start.
            assert!([0, 1].contains(&tamis(&with("killed"), folder.path()).status.code().unwrap()));
            assert!(output(&folder.path().join("killed")) == output(&folder.path().join("whole")), "after {hit} kills");
            run(&["verify", "killed"], folder.path(), 0);
            fs::remove_dir_all(folder.path().join("killed")).unwrap();
        }
    }
    tamis(&with("killed"), folder.path());
    assert!(output(&folder.path().join("killed")) == output(&folder.path().join("whole")));
    assert!(!folder.path().join("killed/.tmp").exists());
}

#[test]
#[cfg(unix)]
fn signals_end_a_run_in_good_order() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    let text: String = (0..40).map(|_| lines(0, 400)).collect();
    fs::write(folder.path().join("raw/a.jsonl"), text).unwrap();
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let arguments = ["run", "--quiet", "--jobs", "1", "--no-survey", "--part-bytes", "16000", "-o", signal];
        let child = command(&arguments, folder.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let articles = folder.path().join(signal).join("articles");
        for _ in 0..600 {
            if fs::read_dir(&articles).is_ok_and(|d| d.count() > 0) {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
        let status = child.wait_with_output().unwrap().status;
        assert_eq!(status.code(), Some(code));
        assert!(!folder.path().join(signal).join(".tmp").exists());
        run(&["verify", signal], folder.path(), 0);
        let status: Value =
            serde_json::from_slice(&tamis(&["status", signal, "--json"], folder.path()).stdout).unwrap();
        assert!(!status["left"].as_object().unwrap().is_empty());
    }
}

#[test]
fn order_locale_zone_and_number_of_workers_do_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    let base = ["run", "--quiet", "--part-bytes", "16000"];
    let mut want: Option<BTreeMap<String, Vec<u8>>> = None;
    for (n, (jobs, paths, zone)) in [
        ("1", &["raw"][..], "UTC"),
        ("2", &["raw/b", "raw/empty.txt", "raw/a.jsonl"], "Asia/Tokyo"),
        ("8", &["./raw"], "America/Lima"),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("out{n}");
        let mut command = command(&[&base[..], &["--jobs", jobs, "-o", &name], paths].concat(), folder.path());
        command
            .env("TZ", zone)
            .env("LC_ALL", ["C", "fr_FR.UTF-8", "tr_TR.UTF-8"][n])
            .env("SECRET_OF_MINE", "geheimnis");
        assert_eq!(command.output().unwrap().status.code(), Some(1));
        let found = output(&folder.path().join(&name));
        for bytes in found.values() {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains("geheimnis") && !text.contains(&*folder.path().to_string_lossy()));
        }
        let manifest = fs::read_to_string(folder.path().join(&name).join("manifest.jsonl")).unwrap();
        assert!(!manifest.contains("geheimnis") && !manifest.contains(&*folder.path().to_string_lossy()));
        assert!(*want.get_or_insert(found.clone()) == found, "--jobs {jobs}");
    }
}

#[test]
fn paths_from_elsewhere_are_written_without_where_they_lie() {
    let (input, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let dump = input.path().join("dump");
    fs::create_dir(&dump).unwrap();
    fs::write(dump.join("a.txt"), article(1)).unwrap();
    run(&["run", "--only", "none", &dump.to_string_lossy()], here.path(), 0);
    assert_eq!(records(&here.path().join("processed"))[0]["source"]["path"], "dump/a.txt");
    for name in ["manifest.jsonl", ".state/plan.jsonl", ".state/stamps.jsonl"] {
        let text = fs::read_to_string(here.path().join("processed").join(name)).unwrap();
        assert!(!text.contains(&*input.path().to_string_lossy()), "{name}");
    }
}

#[test]
fn standard_input_goes_into_a_folder_too() {
    let folder = tempfile::tempdir().unwrap();
    for n in [400, 100] {
        fs::write(folder.path().join("in.jsonl"), lines(0, n)).unwrap();
        let mut command = command(&small(&["-", "--from", "jsonl"]), folder.path());
        command.stdin(fs::File::open(folder.path().join("in.jsonl")).unwrap());
        assert_eq!(command.output().unwrap().status.code(), Some(1));
        run(&["verify"], folder.path(), 0);
        assert!(ids(&folder.path().join("processed")).len() >= n - n / 50);
    }
}

/// A small file system in memory; `None` where mounting is not allowed.
struct Mount(PathBuf);

impl Mount {
    fn new(at: &Path, options: &str) -> Option<Mount> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|o| o.status.success()).then(|| Mount(at.to_path_buf()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_ends_a_run_without_half_a_file() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    let Some(mount) = Mount::new(&folder.path().join("full"), "size=256k") else {
        eprintln!("skipped: this machine does not allow a file system to be mounted");
        return;
    };
    let said = run(&small(&["-o", "full/out"]), folder.path(), 2);
    assert!(said.contains("full/out") && said.contains("free some space"), "{said}");
    let root = folder.path().join("full/out");
    assert!(!root.join(".tmp").exists());
    let done = output(&root);
    run(&["verify", "full/out"], folder.path(), 0);
    // With space, it goes on where it stopped.
    let grown = Command::new("mount").args(["-o", "remount,size=8m"]).arg(&mount.0).status().unwrap();
    assert!(grown.success());
    assert!([0, 1].contains(&tamis(&small(&["-o", "full/out"]), folder.path()).status.code().unwrap()));
    run(&small(&["-o", "whole"]), folder.path(), 1);
    assert!(output(&root) == output(&folder.path().join("whole")));
    assert!(done.iter().all(|(name, bytes)| output(&root)[name] == *bytes));
}

#[test]
fn output_that_may_not_be_written_to_is_told_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    dump(folder.path());
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(run(&small(&["-o", "file/out"]), folder.path(), 2).contains("file/out"));
    let Some(mount) = Mount::new(&folder.path().join("fixed"), "size=1m,ro") else {
        eprintln!("skipped in part: this machine does not allow a file system to be mounted");
        return;
    };
    let said = run(&small(&["-o", "fixed/out"]), folder.path(), 2);
    assert!(said.contains("fixed/out") && said.contains("with -o"), "{said}");
    drop(mount);
}

/// `tamis` as a user who may not read everything, which the administrator, as whom tests may run, always may; `None` where
/// there is no way to become another user.
#[cfg(unix)]
fn as_somebody_else(arguments: &[&str], folder: &Path) -> Option<Output> {
    let probe = folder.join("probe");
    fs::write(&probe, "").unwrap();
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&probe).is_err() {
        return Some(tamis(arguments, folder));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_tamis")]);
    // 126 and 127: no such user may be made, or the program lies where nobody else may look.
    command.args(arguments).current_dir(folder).output().ok().filter(|o| !matches!(o.status.code(), Some(126 | 127)))
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_read_is_rejected_and_the_others_go_on() {
    // Not in a folder of the user's own, into which nobody else may look.
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    fs::write(folder.path().join("a.jsonl"), lines(0, 3)).unwrap();
    fs::write(folder.path().join("b.jsonl"), lines(3, 6)).unwrap();
    fs::set_permissions(folder.path().join("b.jsonl"), fs::Permissions::from_mode(0o000)).unwrap();
    let Some(output) = as_somebody_else(&["run", "a.jsonl", "b.jsonl", "-o", "out"], folder.path()) else {
        eprintln!("skipped: this machine does not let tests run as another user");
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let rejects = fs::read_to_string(folder.path().join("out/rejects/00000.jsonl")).unwrap();
    let rejects: Vec<Value> = rejects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rejects.len(), 1);
    assert_eq!((&rejects[0]["path"], &rejects[0]["reason"]), (&"b.jsonl".into(), &"unreadable".into()));
    assert_eq!(ids(&folder.path().join("out")).len(), 3);
    run(&["verify", "out"], folder.path(), 0);
}
