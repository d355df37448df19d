//! The vocabulary: one table of front matter keys that completion, hover, checks and the docs read.
//!
//! One key, one meaning. A list key takes one value or a list; an item is a scalar or a map
//! (`{value: …, label: work, preferred: true}`). vCard names are those of RFC 6350, 6474, 6715, 9554; the
//! calendar names those of RFC 5545 and 7986.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoteKind {
    /// A person.
    Contact,
    /// An organization.
    Organization,
    /// An event.
    Event,
    /// A goal.
    Goal,
    /// You.
    Me,
    /// Any other note.
    Plain,
}

impl NoteKind {
    /// Every kind, in the order of the docs.
    pub const ALL: [NoteKind; 6] = [
        Self::Contact,
        Self::Organization,
        Self::Event,
        Self::Goal,
        Self::Me,
        Self::Plain,
    ];

    /// Returns the word for this kind in `kind:`, `contact`, `organization`, `event`, `goal`, `me` or `note`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Organization => "organization",
            Self::Event => "event",
            Self::Goal => "goal",
            Self::Me => "me",
            Self::Plain => "note",
        }
    }

    /// Returns the kind that a `kind:` or `type:` value names, ignoring case; `None` for any other word.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        Some(match word.as_str() {
            "contact" | "person" | "people" | "individual" => Self::Contact,
            "organization" | "organisation" | "org" | "company" | "group" => Self::Organization,
            "event" => Self::Event,
            "goal" => Self::Goal,
            "me" => Self::Me,
            "note" => Self::Plain,
            _ => return None,
        })
    }

    /// Returns whether notes of this kind describe a person: a contact or you.
    pub fn is_person(self) -> bool {
        matches!(self, Self::Contact | Self::Me)
    }
}

/// The form of a key's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// One line of text.
    Text,
    /// A list of texts.
    Texts,
    /// A calendar day, `2026-11-23`.
    Day,
    /// A day, or a part of one: `2026-11`, `--12-10`, or free text.
    PartialDate,
    /// A day, an instant, or `{from, to}`.
    When,
    /// How often: `30d`, `2w`, `3 months`, `1 year`, `never`.
    Cadence,
    /// A circle: inner, close, active, wide, or what `ties.toml` defines.
    Circle,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of e-mail addresses.
    Emails,
    /// A list of telephone numbers.
    Phones,
    /// A list of web addresses or handles.
    Urls,
    /// A link to an organization, or its name.
    OrganizationLink,
    /// A list of links to contacts, or their names.
    ContactLinks,
    /// A list of links to events, goals or places, or words.
    Links(NoteKind),
    /// A list of links to contacts, or words that describe whom.
    ContactLinksOrWords,
    /// A list of tags.
    Tags,
    /// A list of BCP 47 language tags.
    Languages,
    /// A map with these keys.
    Map(&'static [Key]),
    /// A list of maps with these keys; an item may be the text of the first key alone.
    Maps(&'static [Key]),
    /// A map of any keys to text (`background`).
    FreeMap,
    /// Anything: kept, never judged.
    Any,
}

/// One key of the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The name written in new notes.
    pub name: &'static str,
    /// Other spellings read as this key (`email` for `emails`).
    pub spellings: &'static [&'static str],
    /// The kinds of note it belongs to; empty for the keys of a map.
    pub kinds: &'static [NoteKind],
    /// The form of its value.
    pub value: KeyType,
    /// What it means, one sentence in Markdown.
    pub meaning: &'static str,
    /// The vCard (or iCalendar) property it becomes; empty where none fits.
    pub vcard: &'static str,
}

impl Key {
    /// Returns the key written `name` (its name or another spelling) that belongs to notes of `kind`.
    pub fn find(kind: NoteKind, name: &str) -> Option<&'static Key> {
        // Asked for every key of every note that is loaded.
        static BY_SPELLING: LazyLock<FxHashMap<&str, Vec<&Key>>> = LazyLock::new(|| {
            let mut keys: FxHashMap<&str, Vec<&Key>> = FxHashMap::default();
            for key in KEYS {
                for spelling in [key.name].iter().chain(key.spellings) {
                    keys.entry(spelling).or_default().push(key);
                }
            }
            keys
        });
        let mut keys = BY_SPELLING.get(name)?.iter();
        keys.find(|key| key.kinds.contains(&kind)).copied()
    }

    /// Returns the keys of notes of `kind`, in the order of the table, which is the order of new notes.
    pub fn of_kind(kind: NoteKind) -> impl Iterator<Item = &'static Key> {
        KEYS.iter().filter(move |key| key.kinds.contains(&kind))
    }

    /// Returns whether `name` is this key's name or one of its other spellings.
    pub fn is_spelled(&self, name: &str) -> bool {
        self.name == name || self.spellings.contains(&name)
    }

    /// Returns the keys of the map this key takes, or may take instead of a text; empty where it takes none, or any.
    pub fn map_keys(&self) -> &'static [Key] {
        match self.value {
            KeyType::Map(keys) | KeyType::Maps(keys) => keys,
            KeyType::Emails | KeyType::Phones | KeyType::Urls => CONTACT_POINT,
            // The ends of a period are no periods themselves.
            KeyType::When if !self.kinds.is_empty() => PERIOD,
            _ => &[],
        }
    }

    /// Returns whether this key takes a list.
    pub fn is_list(&self) -> bool {
        matches!(
            self.value,
            KeyType::Texts
                | KeyType::Emails
                | KeyType::Phones
                | KeyType::Urls
                | KeyType::ContactLinks
                | KeyType::Links(_)
                | KeyType::ContactLinksOrWords
                | KeyType::Tags
                | KeyType::Languages
                | KeyType::Maps(_)
        )
    }
}

const CONTACT: &[NoteKind] = &[NoteKind::Contact];
const PERSON: &[NoteKind] = &[NoteKind::Contact, NoteKind::Me];
const PERSON_OR_ORG: &[NoteKind] = &[NoteKind::Contact, NoteKind::Me, NoteKind::Organization];
const ORG: &[NoteKind] = &[NoteKind::Organization];
const EVENT: &[NoteKind] = &[NoteKind::Event];
const GOAL: &[NoteKind] = &[NoteKind::Goal];
const PERSON_OR_GOAL: &[NoteKind] = &[NoteKind::Contact, NoteKind::Me, NoteKind::Goal];
const ANY: &[NoteKind] = &NoteKind::ALL;

const fn key(
    name: &'static str,
    spellings: &'static [&'static str],
    kinds: &'static [NoteKind],
    value: KeyType,
    meaning: &'static str,
    vcard: &'static str,
) -> Key {
    Key {
        name,
        spellings,
        kinds,
        value,
        meaning,
        vcard,
    }
}

/// A key of a map.
const fn part(
    name: &'static str,
    value: KeyType,
    meaning: &'static str,
    vcard: &'static str,
) -> Key {
    key(name, &[], &[], value, meaning, vcard)
}

const NAME_PARTS: &[Key] = &[
    part("family", KeyType::Text, "Family name.", "N"),
    part("given", KeyType::Text, "Given name.", "N"),
    part("middle", KeyType::Text, "Middle names.", "N"),
    part("prefix", KeyType::Text, "What comes before: Dr, Sir.", "N"),
    part("suffix", KeyType::Text, "What comes after: PhD.", "N"),
    part(
        "family2",
        KeyType::Text,
        "Second family name (RFC 9554).",
        "N",
    ),
    part(
        "generation",
        KeyType::Text,
        "Generation: Jr., III (RFC 9554).",
        "N",
    ),
];

const CONTACT_POINT: &[Key] = &[
    part("value", KeyType::Text, "The address or number itself.", ""),
    part("label", KeyType::Text, "What it is: home, work.", "TYPE"),
    part(
        "preferred",
        KeyType::Choice(&["true", "false"]),
        "Whether it is the one to use.",
        "PREF",
    ),
];

const PERIOD: &[Key] = &[
    part("from", KeyType::When, "When it begins.", "DTSTART"),
    part("to", KeyType::When, "When it ends.", "DTEND"),
];

const ADDRESS: &[Key] = &[
    part("street", KeyType::Text, "Street and number.", "ADR"),
    part("city", KeyType::Text, "Town or city.", "ADR"),
    part("region", KeyType::Text, "State, province or county.", "ADR"),
    part("code", KeyType::Text, "Postal code.", "ADR"),
    part("country", KeyType::Text, "Country.", "ADR"),
    part("box", KeyType::Text, "Post office box.", "ADR"),
    part("extended", KeyType::Text, "Apartment or suite.", "ADR"),
    part(
        "label",
        KeyType::Text,
        "What it is: home, work.",
        "ADR;TYPE",
    ),
];

const MET: &[Key] = &[
    part(
        "date",
        KeyType::PartialDate,
        "The day you met.",
        "X-TIES-MET",
    ),
    part(
        "at",
        KeyType::Links(NoteKind::Event),
        "Where you met: an event, or words.",
        "X-TIES-MET",
    ),
    part(
        "how",
        KeyType::Choice(&["strategy", "serendipity"]),
        "Whether you set out to meet (`strategy`) or chance did it (`serendipity`).",
        "X-TIES-MET",
    ),
    part(
        "through",
        KeyType::ContactLinks,
        "Who introduced you.",
        "RELATED;TYPE=met",
    ),
    part(
        "because",
        KeyType::Text,
        "What connected you: a book, a question.",
        "X-TIES-MET",
    ),
];

const FOLLOW_UP: &[Key] = &[
    part(
        "date",
        KeyType::Day,
        "The day to get in touch, whatever the cadence.",
        "X-TIES-FOLLOW-UP",
    ),
    part(
        "about",
        KeyType::Text,
        "What to talk about.",
        "X-TIES-FOLLOW-UP",
    ),
];

const KNOWS: &[Key] = &[
    part("to", KeyType::ContactLinks, "The other person.", "RELATED"),
    part(
        "as",
        KeyType::Text,
        "How they are related: spouse, colleague, friend.",
        "RELATED;TYPE",
    ),
    part("since", KeyType::PartialDate, "Since when.", ""),
];

const DATES: &[Key] = &[
    part("date", KeyType::PartialDate, "The day.", "X-ABDATE"),
    part("label", KeyType::Text, "What happened then.", "X-ABLabel"),
];

const LEVELLED: &[Key] = &[
    part("value", KeyType::Text, "What.", ""),
    part(
        "level",
        KeyType::Text,
        "How much: `high`, `medium`, `low`.",
        "LEVEL",
    ),
];

/// Every key, those one writes first at the top.
pub static KEYS: &[Key] = &[
    key(
        "kind",
        &["type"],
        ANY,
        KeyType::Choice(&["contact", "organization", "event", "goal", "me", "note"]),
        "What this note is about; else its folder says.",
        "KIND",
    ),
    key(
        "uid",
        &["id"],
        ANY,
        KeyType::Text,
        "An identifier that never changes; written on import, else only when asked.",
        "UID",
    ),
    key(
        "name",
        &[],
        ANY,
        KeyType::Text,
        "The name; else the first heading, else the file's name.",
        "FN",
    ),
    key(
        "name_parts",
        &[],
        PERSON,
        KeyType::Map(NAME_PARTS),
        "The parts of the name, never guessed from it.",
        "N",
    ),
    key(
        "aliases",
        &["alias", "nickname", "nicknames"],
        ANY,
        KeyType::Texts,
        "Other names that links may use.",
        "NICKNAME",
    ),
    key(
        "pronouns",
        &[],
        PERSON,
        KeyType::Text,
        "Pronouns, as the person says them.",
        "PRONOUNS",
    ),
    key(
        "gender",
        &[],
        PERSON,
        KeyType::Text,
        "Gender, as the person says it.",
        "GENDER",
    ),
    key(
        "emails",
        &["email"],
        PERSON_OR_ORG,
        KeyType::Emails,
        "E-mail addresses, the best one first or `preferred: true`.",
        "EMAIL",
    ),
    key(
        "phones",
        &["phone", "tel"],
        PERSON_OR_ORG,
        KeyType::Phones,
        "Telephone numbers.",
        "TEL",
    ),
    key(
        "chats",
        &["chat"],
        PERSON,
        KeyType::Urls,
        "Messenger addresses.",
        "IMPP",
    ),
    key(
        "socials",
        &["social"],
        PERSON_OR_ORG,
        KeyType::Urls,
        "Profiles on social sites.",
        "SOCIALPROFILE",
    ),
    key(
        "urls",
        &["url", "website"],
        PERSON_OR_ORG,
        KeyType::Urls,
        "Web pages.",
        "URL",
    ),
    key(
        "addresses",
        &["address"],
        PERSON_OR_ORG,
        KeyType::Maps(ADDRESS),
        "Postal addresses.",
        "ADR",
    ),
    key(
        "org",
        &["organization", "organisation", "company"],
        PERSON,
        KeyType::OrganizationLink,
        "Where they work: a link or a name.",
        "ORG",
    ),
    key(
        "department",
        &["departments"],
        PERSON,
        KeyType::Texts,
        "Units within the organization.",
        "ORG",
    ),
    key(
        "title",
        &[],
        PERSON,
        KeyType::Text,
        "The job: Mathematician.",
        "TITLE",
    ),
    key(
        "role",
        &[],
        PERSON,
        KeyType::Text,
        "The function: research, sales.",
        "ROLE",
    ),
    key(
        "location",
        &[],
        PERSON_OR_ORG,
        KeyType::Text,
        "Where they live or sit, in words.",
        "X-TIES-LOCATION",
    ),
    key(
        "geo",
        &[],
        PERSON_OR_ORG,
        KeyType::Text,
        "A `geo:` URI.",
        "GEO",
    ),
    key(
        "timezone",
        &["tz"],
        PERSON,
        KeyType::Text,
        "A time zone's name: Europe/London.",
        "TZ",
    ),
    key(
        "birthday",
        &["bday", "born"],
        PERSON,
        KeyType::PartialDate,
        "Birthday; `--12-10` where the year is unknown.",
        "BDAY",
    ),
    key(
        "anniversary",
        &[],
        PERSON,
        KeyType::PartialDate,
        "Wedding day or the like.",
        "ANNIVERSARY",
    ),
    key(
        "died",
        &[],
        PERSON,
        KeyType::PartialDate,
        "Day of death.",
        "DEATHDATE",
    ),
    key(
        "dates",
        &[],
        PERSON,
        KeyType::Maps(DATES),
        "Other days to remember.",
        "X-ABDATE",
    ),
    key(
        "languages",
        &["language"],
        PERSON,
        KeyType::Languages,
        "Languages spoken, the best first (BCP 47: `en`, `pt-BR`).",
        "LANG",
    ),
    key(
        "photo",
        &[],
        PERSON,
        KeyType::Text,
        "A picture: path or URL.",
        "PHOTO",
    ),
    key(
        "logo",
        &[],
        PERSON_OR_ORG,
        KeyType::Text,
        "A logo: path or URL.",
        "LOGO",
    ),
    key(
        "sound",
        &[],
        PERSON,
        KeyType::Text,
        "How the name sounds: path or URL.",
        "SOUND",
    ),
    key(
        "key",
        &[],
        PERSON,
        KeyType::Text,
        "A public key: path or URL.",
        "KEY",
    ),
    key(
        "tags",
        &["tag"],
        ANY,
        KeyType::Tags,
        "Tags, without `#`.",
        "CATEGORIES",
    ),
    key(
        "status",
        &[],
        CONTACT,
        KeyType::Choice(&["wish", "active", "closed"]),
        "`wish`: someone to meet; `active`; `closed`: history kept, no nudges.",
        "X-TIES-STATUS",
    ),
    key(
        "circle",
        &[],
        CONTACT,
        KeyType::Circle,
        "How close: inner, close, active, wide, or what `ties.toml` defines.",
        "X-TIES-CIRCLE",
    ),
    key(
        "cadence",
        &[],
        CONTACT,
        KeyType::Cadence,
        "How often to be in touch, instead of the circle's: `30d`, `2w`, `3 months`, `1 year`, `never`.",
        "X-TIES-CADENCE",
    ),
    key(
        "snooze",
        &[],
        CONTACT,
        KeyType::Day,
        "No follow-up before this day.",
        "X-TIES-SNOOZE",
    ),
    key(
        "follow_up",
        &[],
        CONTACT,
        KeyType::Map(FOLLOW_UP),
        "A day to get in touch, and about what.",
        "X-TIES-FOLLOW-UP",
    ),
    key(
        "met",
        &[],
        CONTACT,
        KeyType::Map(MET),
        "How it began: `date`, `at`, `how` (strategy or serendipity), `through`, `because`.",
        "X-TIES-MET",
    ),
    key(
        "knows",
        &[],
        PERSON,
        KeyType::Maps(KNOWS),
        "People they know: links, or `{to, as, since}`.",
        "RELATED",
    ),
    key(
        "household",
        &[],
        PERSON,
        KeyType::ContactLinks,
        "The person whose household they share.",
        "RELATED;TYPE=co-resident",
    ),
    key(
        "interests",
        &["interest"],
        PERSON,
        KeyType::Maps(LEVELLED),
        "What they care about; a word before the colon says what sort: `book: 1984`.",
        "INTEREST",
    ),
    key(
        "hobbies",
        &["hobby"],
        PERSON,
        KeyType::Maps(LEVELLED),
        "What they do for pleasure.",
        "HOBBY",
    ),
    key(
        "offers",
        &["offer"],
        PERSON_OR_GOAL,
        KeyType::Texts,
        "What they can give: skills, introductions, ideas.",
        "EXPERTISE",
    ),
    key(
        "needs",
        &["need"],
        PERSON_OR_GOAL,
        KeyType::Texts,
        "What would help them.",
        "X-TIES-NEEDS",
    ),
    key(
        "background",
        &[],
        PERSON,
        KeyType::FreeMap,
        "Dimensions of difference (`industry: computing`); optional, never inferred, left out of exports.",
        "X-TIES-BACKGROUND",
    ),
    key(
        "industry",
        &[],
        ORG,
        KeyType::Text,
        "The line of business.",
        "X-TIES-INDUSTRY",
    ),
    key(
        "parent",
        &[],
        ORG,
        KeyType::OrganizationLink,
        "The organization it belongs to.",
        "X-TIES-PARENT",
    ),
    key(
        "members",
        &["member"],
        ORG,
        KeyType::ContactLinks,
        "Who belongs to a group; people of a company name it in `org` instead.",
        "MEMBER",
    ),
    key(
        "date",
        &["on", "when"],
        EVENT,
        KeyType::When,
        "A day, an instant with its zone, or `{from, to}`.",
        "DTSTART",
    ),
    key(
        "at",
        &["place", "venue"],
        EVENT,
        KeyType::Text,
        "Where: a place, or a URL online.",
        "LOCATION",
    ),
    key("url", &[], EVENT, KeyType::Text, "The event's page.", "URL"),
    key(
        "purpose",
        &[],
        EVENT,
        KeyType::Choice(&["network", "social", "family"]),
        "What it is for; advice on meeting new people is given for `network` only.",
        "CATEGORIES",
    ),
    key(
        "people",
        &["attendees"],
        EVENT,
        KeyType::ContactLinks,
        "Who will be or was there.",
        "ATTENDEE",
    ),
    key(
        "host",
        &["organizer"],
        EVENT,
        KeyType::ContactLinks,
        "Who invites.",
        "ORGANIZER",
    ),
    key(
        "goals",
        &["goal"],
        EVENT,
        KeyType::Links(NoteKind::Goal),
        "Goals it serves.",
        "RELATED-TO",
    ),
    key(
        "repeats",
        &[],
        EVENT,
        KeyType::Text,
        "A recurrence rule (RFC 5545 RRULE).",
        "RRULE",
    ),
    key(
        "status",
        &[],
        EVENT,
        KeyType::Choice(&["planned", "done", "cancelled"]),
        "Whether it is still to come.",
        "STATUS",
    ),
    key(
        "for",
        &[],
        GOAL,
        KeyType::Choice(&[
            "job", "mentor", "customer", "partner", "investor", "friend", "other",
        ]),
        "What you are after.",
        "CATEGORIES",
    ),
    key("by", &[], GOAL, KeyType::Day, "By which day.", "DUE"),
    key(
        "status",
        &[],
        GOAL,
        KeyType::Choice(&["open", "done", "dropped"]),
        "How it stands.",
        "STATUS",
    ),
    key(
        "who",
        &[],
        GOAL,
        KeyType::ContactLinksOrWords,
        "Whom you are after: links, or words.",
        "X-TIES-WHO",
    ),
    key(
        "where",
        &[],
        GOAL,
        KeyType::Links(NoteKind::Event),
        "Where to meet them: events, or words.",
        "X-TIES-WHERE",
    ),
    key(
        "say",
        &[],
        GOAL,
        KeyType::Texts,
        "What to open with.",
        "X-TIES-SAY",
    ),
    key(
        "why",
        &[],
        GOAL,
        KeyType::Text,
        "What it is for.",
        "DESCRIPTION",
    ),
    key(
        "x",
        &[],
        ANY,
        KeyType::Any,
        "What an import could not place; it returns on export, unchanged and in order.",
        "",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_keys_of_a_kind_are_spelled_alike() {
        for kind in NoteKind::ALL {
            let mut seen = HashSet::new();
            for key in Key::of_kind(kind) {
                for name in key.spellings.iter().chain([&key.name]) {
                    assert!(seen.insert(name), "`{name}` of {kind:?}");
                }
            }
        }
    }

    #[test]
    fn every_spelling_finds_its_key() {
        for kind in NoteKind::ALL {
            for key in Key::of_kind(kind) {
                for spelling in key.spellings.iter().chain([&key.name]) {
                    assert_eq!(
                        Key::find(kind, spelling),
                        Some(key),
                        "`{spelling}` of {kind:?}"
                    );
                }
            }
            assert_eq!(Key::find(kind, "no such key"), None);
        }
    }

    #[test]
    fn the_same_word_means_what_its_note_is_about() {
        let words = |kind| Key::find(kind, "status").map(|key| key.value);
        let choice = |words| Some(KeyType::Choice(words));
        assert_eq!(
            words(NoteKind::Contact),
            choice(&["wish", "active", "closed"])
        );
        assert_eq!(words(NoteKind::Goal), choice(&["open", "done", "dropped"]));
        assert_eq!(words(NoteKind::Plain), None);
        let name = |kind, spelling| Key::find(kind, spelling).map(|key| key.name);
        assert_eq!(name(NoteKind::Me, "email"), Some("emails"));
        assert_eq!(name(NoteKind::Organization, "url"), Some("urls"));
        assert_eq!(name(NoteKind::Event, "url"), Some("url"));
        // What readers of YAML 1.1 take for a truth value.
        assert_eq!(name(NoteKind::Event, "on"), Some("date"));
    }

    #[test]
    fn kinds_are_read_from_their_words_in_any_case() {
        for kind in NoteKind::ALL {
            assert_eq!(NoteKind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(NoteKind::from_word(" Person "), Some(NoteKind::Contact));
        assert_eq!(NoteKind::from_word("meeting-note"), None);
    }

    #[test]
    fn every_key_says_what_it_means_in_a_sentence() {
        let parts = KEYS.iter().flat_map(Key::map_keys);
        for key in KEYS.iter().chain(parts) {
            assert!(key.meaning.ends_with('.'), "{}", key.name);
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(key.name.chars().all(is_plain), "{}", key.name);
        }
    }

    #[test]
    fn maps_end_somewhere() {
        let mut below: Vec<&Key> = KEYS.iter().collect();
        for _ in 0..3 {
            below = below.iter().flat_map(|key| key.map_keys()).collect();
        }
        assert_eq!(below, [] as [&Key; 0]);
    }
}
