//! Rules are data: the files below `rules/`, embedded in the program and overlaid by a folder of the user's.
//!
//! A stage reads its files when the pipeline is made and registers every rule it will apply here, so that each has a
//! stable id, can be listed, can be switched off, and has its examples tested.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::language::Lang;

mod compact;

/// The files below `rules/`: path with `/`, contents.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The tables of the gazetteer in `rules/common`, made into an image by the build script.
pub(crate) static GAZETTEER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/gazetteer.bin"));

/// What must stand in a line for each cue of a file, as `stage::boilerplate::gate` writes it.
const GATES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/gates.rs"));

/// The embedded file at `path` below `rules/`.
pub fn embedded(path: &str) -> Option<&'static str> {
    EMBEDDED.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
}

/// A rule by number, valid for the pipeline that it was registered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(u16);

/// What an edit of a rule means to a reader of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It changes words: listed one by one in the record.
    Meaning,
    /// It changes how text is written, not what it says: counted.
    Typography,
    /// It changes white space between blocks: counted.
    Layout,
}

/// All that there is to know about a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Stable name: `stage/name` for rules in code, `stage/language/name` for rules in files.
    pub id: String,
    /// The kind of block, defect, date or entity it is about.
    pub kind: String,
    /// The language it speaks; `None` for all.
    pub language: Option<Lang>,
    /// One line for a person.
    pub about: String,
    /// What its edits mean.
    pub class: Class,
    /// Texts it fires on.
    pub drop: Vec<String>,
    /// Texts it must leave alone.
    pub keep: Vec<String>,
}

impl Rule {
    /// A rule without examples, for all languages.
    pub fn new(id: impl Into<String>, kind: impl Into<String>, class: Class, about: impl Into<String>) -> Rule {
        Rule {
            id: id.into(),
            kind: kind.into(),
            language: None,
            about: about.into(),
            class,
            drop: Vec::new(),
            keep: Vec::new(),
        }
    }
}

/// One rule file.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// Path below `rules/`, or below the user's folder.
    pub path: String,
    /// The language of its folder; `None` for `common` and `sites`.
    pub language: Option<Lang>,
    /// Its contents.
    pub text: Cow<'static, str>,
    /// It came with the program as it is, and was tested there.
    pub embedded: bool,
}

impl RuleFile {
    /// Reads it as TOML.
    ///
    /// # Errors
    /// [`Error::Rules`] with file and line.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        if let Some(content) = self.embedded.then(|| compact::read(&self.path)).flatten() {
            return Ok(content);
        }
        toml::from_str(&self.text).map_err(|e| self.fault(e.span().map(|s| s.start), e.message()))
    }

    /// The image of the gates of its cues, if it came with the program.
    pub(crate) fn gates(&self) -> &'static [u8] {
        let image = GATES.iter().find(|(path, _)| *path == self.path).filter(|_| self.embedded);
        image.map_or(&[], |(_, image)| image)
    }

    /// The error for something wrong at byte `offset`.
    pub fn fault(&self, offset: Option<usize>, what: impl Into<String>) -> Error {
        Error::rules_at(&format!("rules/{}", self.path), &self.text, offset, what)
    }
}

/// The rule files, and the rules that the stages made of them.
#[derive(Debug)]
pub struct Rules {
    files: BTreeMap<String, RuleFile>,
    rules: Vec<Rule>,
    ids: BTreeMap<String, RuleId>,
    off: Vec<bool>,
    disable: Vec<String>,
}

impl Rules {
    /// The embedded files, overlaid with those of `overlay`: a file of the same path replaces ours, another is added.
    /// `disable` names rules that are not to be applied; a name may end in `*`.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be read.
    pub fn load(overlay: Option<&Path>, disable: &[String]) -> Result<Rules, Error> {
        let ours = |(path, text): &(&str, &'static str)| ((*path).to_string(), Cow::Borrowed(*text));
        let mut files: BTreeMap<String, Cow<'static, str>> = EMBEDDED.iter().map(ours).collect();
        if let Some(folder) = overlay {
            add_folder(folder, &mut files)?;
        }
        let files = files
            .into_iter()
            .map(|(path, text)| {
                let embedded = matches!(text, Cow::Borrowed(_)) || embedded(&path) == Some(&text);
                let language = path.split_once('/').and_then(|(folder, _)| Lang::parse(folder));
                (path.clone(), RuleFile { path, language, text, embedded })
            })
            .collect();
        Ok(Rules { files, rules: Vec::new(), ids: BTreeMap::new(), off: Vec::new(), disable: disable.to_vec() })
    }

    /// The file at `path` below `rules/`.
    pub fn file(&self, path: &str) -> Option<&RuleFile> {
        self.files.get(path)
    }

    /// Every file `topic.toml` or `topic-….toml` in any folder, in order of path.
    pub fn topic(&self, topic: &str) -> Vec<RuleFile> {
        let is_topic = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.strip_suffix(".toml")
                .and_then(|n| n.strip_prefix(topic))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        self.files.values().filter(|f| is_topic(&f.path)).cloned().collect()
    }

    /// Every file in `folder` (such as `common`) that ends in `.extension`, in order of path.
    pub fn folder(&self, folder: &str, extension: &str) -> Vec<RuleFile> {
        let in_folder = |f: &&RuleFile| {
            f.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
                && f.path.strip_suffix(extension).is_some_and(|rest| rest.ends_with('.'))
        };
        self.files.values().filter(in_folder).cloned().collect()
    }

    /// The languages that have a folder.
    pub fn languages(&self) -> Vec<Lang> {
        let mut all: Vec<Lang> = self.files.values().filter_map(|f| f.language).collect();
        all.dedup();
        all
    }

    /// Registers a rule.
    ///
    /// # Errors
    /// [`Error::Rules`] when the id is taken, or there are too many rules.
    pub fn add(&mut self, rule: Rule) -> Result<RuleId, Error> {
        let id =
            u16::try_from(self.rules.len()).map(RuleId).map_err(|_| Error::rules("rules", "more than 65,535 rules"))?;
        if self.ids.insert(rule.id.clone(), id).is_some() {
            return Err(Error::rules("rules", format!("two rules are called {}", rule.id)));
        }
        self.off.push(self.disable.iter().any(|pattern| names(pattern, &rule.id)));
        self.rules.push(rule);
        Ok(id)
    }

    /// The rule with this number.
    pub fn get(&self, id: RuleId) -> &Rule {
        &self.rules[usize::from(id.0)]
    }

    /// Whether the rule is to be applied.
    pub fn is_on(&self, id: RuleId) -> bool {
        !self.off[usize::from(id.0)]
    }

    /// Every rule with its number.
    pub fn iter(&self) -> impl Iterator<Item = (RuleId, &Rule)> {
        self.rules.iter().enumerate().map(|(i, r)| (RuleId(i as u16), r))
    }

    /// Complains about a name to disable that is no rule's.
    ///
    /// # Errors
    /// [`Error::Usage`] with the nearest names.
    pub fn check_disabled(&self) -> Result<(), Error> {
        for pattern in &self.disable {
            if !self.ids.keys().any(|id| names(pattern, id)) {
                return Err(Error::Usage(format!("no rule is called {pattern}; `tamis rules` lists them all")));
            }
        }
        Ok(())
    }

    /// A hash of all rule files and of what is disabled: records made with equal fingerprints by the same version are equal.
    pub fn fingerprint(&self) -> blake3::Hash {
        let mut hash = blake3::Hasher::new();
        // The files of the program were hashed when it was built, the tables of the gazetteer with them.
        hash.update(env!("TAMIS_RULES").as_bytes());
        for file in self.files.values().filter(|f| !f.embedded) {
            hash.update(file.path.as_bytes()).update(&[0]).update(file.text.as_bytes()).update(&[0]);
        }
        for name in &self.disable {
            hash.update(name.as_bytes()).update(&[1]);
        }
        hash.finalize()
    }
}

fn names(pattern: &str, id: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == id, |start| id.starts_with(start))
}

fn add_folder(root: &Path, files: &mut BTreeMap<String, Cow<'static, str>>) -> Result<(), Error> {
    let mut todo = vec![root.to_path_buf()];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|e| Error::io(&folder, "read rules in", e))? {
            let path = entry.map_err(|e| Error::io(&folder, "read rules in", e))?.path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|e| e == "toml" || e == "tsv") {
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                let text = std::fs::read_to_string(&path).map_err(|e| Error::io(&path, "read", e))?;
                files.insert(name, text.into());
            }
        }
    }
    Ok(())
}
