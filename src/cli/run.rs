//! `tamis run`: a dump in, clean records out.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Instant;

use clap::ValueEnum;

use crate::cli::config::Config;
use crate::cli::{Outcome, from, probe};
use crate::error::Error;
use crate::limits::Limits;
use crate::pipeline::{self, Pipeline};
use crate::read::Fields;
use crate::read::dump::{Dump, Glob};
use crate::run::plan::Cut;
use crate::run::{self, Only, Target, progress};
use crate::survey::{Survey, kept};
use crate::write::record::Audit;

/// Read a dump and write one clean JSON record per article
///
/// Folders are read with all that is below them, in order of name; what is packed is unpacked on the way, and archives
/// are opened. The output folder gets articles/00000.jsonl, rejects/00000.jsonl and manifest.jsonl. What an earlier run has
/// finished stays as it is: only new and changed input is read.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Files and folders to read; - is standard input [default: raw]
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// Folder to write to, or - for standard output [default: processed]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// What the input is (see `tamis formats`); auto tells it from each file's first bytes and name
    #[arg(long, value_parser = from::parser(), value_name = "FORMAT", hide_possible_values = true)]
    from: Option<String>,
    /// Read only files whose name matches, as in '*.html' or 'raw/**/2024-??/*'; may be repeated
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// Leave out files whose name matches; may be repeated
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Run just these stages (encoding, language, boilerplate, typos, dates, entities), or none
    #[arg(long, value_delimiter = ',', value_name = "STAGES")]
    only: Option<Vec<String>>,
    /// Leave these stages out
    #[arg(long, value_delimiter = ',', value_name = "STAGES")]
    skip: Option<Vec<String>>,
    /// Do not apply these rules; a name may end in *, and `tamis rules` lists them all
    #[arg(long, value_delimiter = ',', value_name = "RULES")]
    disable: Option<Vec<String>>,
    /// Worker threads [default: one per core]
    #[arg(short, long, value_name = "N")]
    jobs: Option<usize>,
    /// Name of a field of the input, as in text=body; may be repeated
    #[arg(long, value_name = "OURS=THEIRS")]
    field: Vec<String>,
    /// A folder of rule files laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// How much of what was changed is written: brief leaves typography to counts, full adds the offset track
    #[arg(long, value_enum)]
    audit: Option<AuditLevel>,
    /// Use this survey of the dump, made by `tamis survey`, instead of making one
    #[arg(long, value_name = "FILE")]
    survey: Option<PathBuf>,
    /// Make no survey: lines that repeat on a site and articles that are nearly alike are not found
    #[arg(long, conflicts_with = "survey")]
    no_survey: bool,
    /// Start over: nothing that an earlier run has finished holds
    #[arg(long)]
    fresh: bool,
    /// Make again what was made with another survey
    #[arg(long, conflicts_with = "no_survey")]
    resurvey: bool,
    /// Of an article that was crawled again (same address, or same text), keep the newest version only
    #[arg(long)]
    latest: bool,
    /// Stop after so many documents
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Work on one share of the dump, as in 2/8; give every machine a folder of its own
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
    /// Read just the documents that an earlier run has rejected into this folder [default output: retried]
    #[arg(long, value_name = "DIR")]
    rejects: Option<PathBuf>,
    /// Bytes of records in one shard of a large file
    #[arg(long, value_name = "BYTES", hide = true)]
    part_bytes: Option<u64>,
    /// No progress and no summary
    #[arg(short, long)]
    quiet: bool,
    /// Do all the work and write nothing, to see the summary
    #[arg(long)]
    dry_run: bool,
    /// Read settings from this file [default: tamis.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:
  tamis run                                   raw/ into processed/
  tamis run dump.jsonl.gz --field text=body -o clean
  tamis run page.html -o - | jq .title
  curl -s … | tamis run - --from html -o -
  tamis run --only encoding,boilerplate raw -o -";

#[derive(Clone, Copy, ValueEnum)]
enum AuditLevel {
    Brief,
    Full,
    None,
}

pub fn run(arguments: Arguments) -> Result<Outcome, Error> {
    let started = Instant::now();
    let config = Config::read(arguments.config.as_deref())?;
    let quiet = arguments.quiet;
    let survey = match (arguments.survey.as_ref().or(config.survey.as_ref()), arguments.no_survey) {
        (_, true) => Surveyed::Not,
        (Some(path), _) => Surveyed::By(path.clone()),
        (None, _) => Surveyed::Now,
    };
    let Settled { pipeline, dump, mut options, settings } = settle(arguments, config)?;
    let mut pipeline = Pipeline::new(&pipeline)?;
    if let Some(name) = probe::asked() {
        if let Surveyed::By(path) = &survey {
            pipeline = pipeline.with_survey(Arc::new(Survey::read(path)?));
        }
        probe::process(&pipeline, &dump, &name);
        return Ok(Outcome::Done);
    }
    options.probe = probe::probe(pipeline.limits());
    options.progress = match (quiet, std::io::stderr().is_terminal()) {
        (true, _) => progress::Style::Quiet,
        (false, true) => progress::Style::Bar,
        (false, false) => progress::Style::Lines,
    };
    listen(&options.stop)?;
    let jobs = options.jobs;
    // With a folder, most of a dump may be done: then there is nothing to survey it for, unless it is asked for.
    let early = options.resurvey || matches!(survey, Surveyed::By(_));
    if early && let Some(survey) = survey.make(&pipeline, &dump, jobs, None)? {
        pipeline = pipeline.with_survey(Arc::new(survey));
    }
    let prepared = run::prepare(&pipeline, &dump, &options, &settings)?;
    if !early
        && !prepared.is_done()
        && let Some(survey) = survey.make(&pipeline, &dump, jobs, prepared.root())?
    {
        pipeline = pipeline.with_survey(Arc::new(survey));
    }
    let mut summary = run::run(&Arc::new(pipeline), &dump, &options, prepared)?;
    summary.time = started.elapsed();
    if !quiet {
        // Nobody may be there to read it.
        let _ = write!(std::io::stderr(), "{summary}");
    }
    Ok(match summary.interrupted {
        Some(signal) => Outcome::Interrupted(signal),
        None if summary.rejected() > 0 && !summary.cut_short => Outcome::Rejected,
        None => Outcome::Done,
    })
}

/// Lets a first SIGINT or SIGTERM end the run in good order, and a second at once.
fn listen(stop: &Arc<AtomicUsize>) -> Result<(), Error> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    let failed = |e| Error::io(Path::new("signals"), "listen to", e);
    for signal in [SIGINT, SIGTERM] {
        let again = Arc::new(AtomicBool::new(false));
        flag::register_conditional_shutdown(signal, 128 + signal, again.clone()).map_err(failed)?;
        flag::register(signal, again).map_err(failed)?;
        flag::register_usize(signal, stop.clone(), usize::try_from(signal).unwrap_or(1)).map_err(failed)?;
    }
    Ok(())
}

/// Where the survey of a run comes from.
enum Surveyed {
    /// There is none.
    Not,
    /// A file.
    By(PathBuf),
    /// A first walk over the dump.
    Now,
}

impl Surveyed {
    /// Makes it, or what is missing of the one that an earlier run has left in the output folder `root`.
    fn make(
        &self,
        pipeline: &Pipeline,
        dump: &Dump,
        jobs: usize,
        root: Option<&Path>,
    ) -> Result<Option<Survey>, Error> {
        let asks = |s: &crate::stage::Stage| matches!(s.name, "boilerplate" | "typos");
        match self {
            Surveyed::By(path) => Survey::read(path).map(Some),
            // A stream is read once, and where no stage asks the survey the walk would be for nothing.
            Surveyed::Now if !dump.stdin && pipeline.stages().iter().any(asks) => {
                Ok(Some(kept::survey(dump, pipeline.limits(), jobs, root)))
            }
            _ => Ok(None),
        }
    }
}

/// What flags and configuration together ask for.
struct Settled {
    pipeline: pipeline::Options,
    dump: Dump,
    options: run::Options,
    /// Flags that change what is written and that the pipeline does not know of.
    settings: String,
}

fn settle(arguments: Arguments, config: Config) -> Result<Settled, Error> {
    let only = arguments.rejects.as_deref().map(Only::rejected).transpose()?;
    let rejected = || Some(only.as_ref()?.files().map(PathBuf::from).filter(|p| p.exists()).collect::<Vec<_>>());
    let paths = match (arguments.paths, config.paths) {
        (paths, _) if !paths.is_empty() => paths,
        (_, Some(paths)) => paths,
        _ => rejected().filter(|paths| !paths.is_empty()).unwrap_or_else(|| vec![PathBuf::from("raw")]),
    };
    let default = if arguments.rejects.is_some() { "retried" } else { "processed" };
    let output = arguments
        .output
        .or(config.output.filter(|_| arguments.rejects.is_none()))
        .unwrap_or_else(|| PathBuf::from(default));
    let target = if output.as_os_str() == "-" { Target::Stdout } else { Target::Folder(output) };

    let mut dump = Dump::find(&paths)?;
    if let Target::Folder(output) = &target {
        leave_out(output, &paths, &mut dump)?;
    }
    dump.layout = match (arguments.from, config.from) {
        (Some(name), _) => from::layout(&name)?,
        (None, Some(name)) => from::layout(&name)?,
        (None, None) => None,
    };
    let globs = |patterns: Vec<String>, or: Option<Vec<String>>| {
        let patterns = if patterns.is_empty() { or.unwrap_or_default() } else { patterns };
        patterns.iter().map(|p| Glob::new(p)).collect::<Result<Vec<_>, _>>()
    };
    let patterns = format!("{:?} {:?}", arguments.include, arguments.exclude);
    dump.filter(globs(arguments.include, config.include)?, globs(arguments.exclude, config.exclude)?);
    let mut renamed: Vec<(String, String)> = config.field.unwrap_or_default().into_iter().collect();
    for pair in &arguments.field {
        let (ours, theirs) = pair
            .split_once('=')
            .ok_or_else(|| Error::Usage(format!("--field {pair}: expected OURS=THEIRS, as in text=body")))?;
        renamed.retain(|(name, _)| name != ours);
        renamed.push((ours.to_string(), theirs.to_string()));
    }
    dump.fields = Arc::new(Fields::new(renamed)?);

    let audit = match (arguments.audit, config.audit) {
        (Some(audit), _) => audit,
        (None, Some(name)) => member::<AuditLevel>("audit", &name)?,
        (None, None) => AuditLevel::Brief,
    };
    let stages = arguments.only.or(config.only);
    let defaults = Limits::default();
    let pipeline = pipeline::Options {
        only: stages.map(|only| if only == ["none"] { Vec::new() } else { only }),
        skip: arguments.skip.or(config.skip).unwrap_or_default(),
        disable: arguments.disable.or(config.disable).unwrap_or_default(),
        rules: arguments.rules.or(config.rules),
        audit: match audit {
            AuditLevel::Brief => Audit::Brief,
            AuditLevel::Full => Audit::Full,
            AuditLevel::None => Audit::None,
        },
        limits: Limits {
            document_bytes: config.max_document.unwrap_or(defaults.document_bytes),
            line_bytes: config.max_line.unwrap_or(defaults.line_bytes),
            ..defaults
        },
        survey: None,
    };
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments.jobs.or(config.jobs).unwrap_or_else(cores);
    if jobs == 0 {
        return Err(Error::Usage("--jobs 0: at least one worker is needed".to_string()));
    }
    if let (Some(only), Some(root)) = (&only, &arguments.rejects) {
        if target == Target::Folder(root.clone()) {
            return Err(Error::Usage("--rejects reads that folder; write to another with -o".to_string()));
        }
        dump.files.retain(|f| only.is_in(&f.label));
        if dump.files.is_empty() {
            return Err(Error::Usage(format!(
                "none of the documents that {} has rejected lies in the input; name the files or folders of that run",
                root.display()
            )));
        }
    }
    let mut cut = Cut { share: arguments.shard.as_deref().map(share).transpose()?, ..Cut::default() };
    cut.part_bytes = arguments.part_bytes.map_or(cut.part_bytes, |n| n.max(1));
    // What patterns leave of an archive is part of it; files beside each other are none of each other's business.
    let patterns = if dump.has_archives() { patterns } else { String::new() };
    let settings = format!("{:?} {:?} {patterns}", dump.layout, dump.fields);
    let options = run::Options {
        target: if arguments.dry_run { Target::Nowhere } else { target },
        jobs,
        fresh: arguments.fresh,
        resurvey: arguments.resurvey,
        latest: arguments.latest || config.latest.unwrap_or(false),
        limit: arguments.limit,
        cut,
        only: only.map(Arc::new),
        ..run::Options::default()
    };
    Ok(Settled { pipeline, dump, options, settings })
}

/// What a run writes is none of its input, though its folder may lie in that of the input.
fn leave_out(output: &Path, paths: &[PathBuf], dump: &mut Dump) -> Result<(), Error> {
    let Ok(output) = output.canonicalize() else { return Ok(()) };
    let inside = |path: &Path| path.canonicalize().is_ok_and(|path| path.starts_with(&output));
    if let Some(path) = paths.iter().find(|path| path.as_os_str() != "-" && inside(path)) {
        return Err(Error::Usage(format!(
            "the input {} lies in the output folder; write to another folder with -o",
            path.display()
        )));
    }
    dump.files.retain(|file| !inside(&file.path));
    Ok(())
}

/// `2/8` as the second share of eight, counted from 0.
fn share(text: &str) -> Result<(u64, u64), Error> {
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse::<u64>().ok()?, n.parse::<u64>().ok()?)));
    match parts {
        Some((i, n)) if (1..=n).contains(&i) => Ok((i - 1, n)),
        _ => Err(Error::Usage(format!("--shard {text}: expected I/N with I from 1 to N, as in 2/8"))),
    }
}

/// The member of a command-line choice that a configuration file names.
fn member<T: ValueEnum>(setting: &str, name: &str) -> Result<T, Error> {
    T::from_str(name, false).map_err(|_| {
        let all: Vec<_> = T::value_variants()
            .iter()
            .filter_map(|v| v.to_possible_value().map(|p| p.get_name().to_string()))
            .collect();
        Error::Usage(format!("{setting} = {name:?} in the configuration: expected one of {}", all.join(", ")))
    })
}
