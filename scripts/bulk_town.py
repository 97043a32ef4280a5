"""Records of an invented town of any size, straight into the contracts that identity reads.

people -> records of ten systems, each with its own coverage -> errors -> `int_record__unioned`,
`int_identifier__unioned` and the other unions, and the truth in `main.people`. One SQL statement a
step; every draw is a hash of a number, so the same size gives the same rows. It deliberately leaves
out what only one vendor's rows show: adapters are not run.
"""

from datetime import date
from pathlib import Path

import duckdb

from scripts.sandbox.names import FAMILY, FEMALE, MALE, STREETS, words

DAY = date(2026, 1, 31)
# Means, from which follows how many homes make a number of records.
RECORDS_A_PERSON = 2.94
PEOPLE_A_HOME = 2.17
MIDDLES = words(
    "a an ba bel da del e en fa fel i in ka la len lo ma mi na ne o on ra ri sa se ta tin"
)
# Coverage of adults and of children, and how often a record bears what.
SYSTEMS = """
system | source           | prefix                    | adults | kids | name | born | mail | phone | post | card
0      | capitan          | capitan:customer:         | 0.97   | 0.97 | 1    | 0.9  | 0.85 | 0.72  | 0    | 0
1      | capitan          | capitan:customer:         | 0.02   | 0.01 | 1    | 0.9  | 0.85 | 0.72  | 0    | 0
2      | stripe           | stripe:customer:          | 0.55   | 0    | 1    | 0    | 0.97 | 0.3   | 0.5  | 0
3      | stripe           | stripe:customer:          | 0.1    | 0    | 1    | 0    | 0.97 | 0.3   | 0.5  | 0
4      | shopify          | shopify:customer:         | 0.22   | 0    | 1    | 0    | 1    | 0.4   | 0.9  | 0
5      | mailchimp        | mailchimp:member:         | 0.45   | 0.01 | 0.6  | 0    | 1    | 0     | 0    | 0
6      | klaviyo          | klaviyo:profile:          | 0.6    | 0.02 | 0.7  | 0    | 1    | 0.3   | 0    | 0
7      | square           | square:customer:          | 0.2    | 0    | 0.9  | 0.1  | 0.4  | 0.6   | 0.1  | 0.7
8      | twilio           | twilio:number:            | 0.2    | 0    | 0    | 0    | 0    | 1     | 0    | 0
9      | sendgrid         | sendgrid:recipient:       | 0.3    | 0    | 0    | 0    | 1    | 0     | 0    | 0
10     | firestore        | firestore:rsvp:           | 0.04   | 0    | 1    | 0    | 0.9  | 0     | 0    | 0
11     | capitan_contacts | capitan:emergency_contact:| 0      | 0.4  | 0.98 | 0    | 0.2  | 1     | 0    | 0
"""  # noqa: E501 - a table

STEPS = [
    # A share between 0 and 1 that belongs to a number and a question, and one of a list by share.
    "create temp macro draw(number, question) as (hash(number, question) % 1000000) / 1e6",
    "create temp macro pick(words, share) as"
    " list_extract(words, 1 + cast(floor(share * len(words)) as integer))",
    # The letter at a place is lost, or another stands there.
    "create temp macro mistyped(word, number) as case"
    " when number % 2 = 0"
    " then word[:1 + number % greatest(length(word) - 1, 1)]"
    " || word[3 + number % greatest(length(word) - 1, 1):]"
    " else word[:1 + number % greatest(length(word) - 1, 1)]"
    " || chr(cast(97 + number % 26 as integer))"
    " || word[3 + number % greatest(length(word) - 1, 1):] end",
    """
create temp table homes as
select
    home,
    case
        when draw(home, 'size') < 0.44 then 1
        when draw(home, 'size') < 0.66 then 2
        when draw(home, 'size') < 0.79 then 3
        when draw(home, 'size') < 0.93 then 4
        else 5
    end as size,
    -- Less than half of all families share some nine hundred names; the others bear rare ones.
    case
        when draw(home, 'is common') < 0.45 then pick($family, draw(home, 'family') ** 1.7)
        else pick($family, draw(home, 'rare') ** 1.5) || pick($middles, draw(home, 'middle'))
            || pick($middles, draw(home, 'second middle') ** 2)
    end as family,
    (100 + hash(home, 'house') % 9800) || ' ' || pick($streets, draw(home, 'street')) || ' St, '
    || (76000 + hash(home, 'zip') % 900) as address,
    draw(home, 'membership') < 0.4 as has_membership,
    draw(home, 'one address') < 0.12 as shares_email,
    draw(home, 'landline') < 0.15 as shares_phone,
    draw(home, 'twins') < 0.03 as has_twins,
    draw(home, 'namesake') < 0.02 as has_namesake
from range($homes) as made (home)""",
    """
create temp table drawn_people as
select
    homes.*,
    home * 6 + place as person,
    place,
    place >= 2 or (size = 2 and place = 1 and draw(home, 'lone parent') < 0.4) as is_child
from homes, range(5) as places (place)
where place < size""",
    """
create temp table persons as
with named as (
    select
        *,
        case
            when has_namesake and place = 2
                then pick($given, draw(home * 6, 'given') ** 1.3)
            -- A letter apart, as some parents like it.
            when has_twins and place = 3 and home % 4 = 0
                then mistyped(pick($given, draw(home * 6 + 2, 'given') ** 1.3), home)
            when draw(person, 'is rare') < 0.12
                then pick($given, draw(person, 'given')) || pick($middles, draw(person, 'middle'))
            else pick($given, draw(person, 'given') ** 1.3)
        end as given,
        case
            when place = 1 and not is_child and draw(person, 'own name') < 0.2
                then pick($family, draw(person, 'family') ** 1.7)
            else family
        end as family_name,
        case
            when has_namesake and place = 2 then 'Jr'
            when has_namesake and place = 0 and size > 2 then 'Sr'
        end as suffix,
        case
            when is_child
                then date '2009-02-01' + cast(floor(5800 * draw(
                    case when has_twins and place = 3 then person - 1 else person end, 'born'
                )) as integer)
            else date '1951-01-01' + cast(floor(20000 * draw(person, 'born')) as integer)
        end as birth_date
    from drawn_people
),
spelt as (
    select
        *,
        lower(given) || case hash(person, 'style') % 4
            when 0 then '.' when 1 then '_' else ''
        end || lower(family_name) || hash(person, 'mail') % 1000
        || '@p' || hash(person, 'provider') % 12 || '.example.org' as own_email,
        -- Each of eight million numbers of exchange 555 at most once.
        (home * 2 + case when place = 0 or is_child or shares_phone then 0 else 1 end)
        * 4111111 % 7990000 as line
    from named
)
select
    *,
    case
        when shares_email and place = 1 or is_child
            then first_value(own_email) over (partition by home order by place)
        else own_email
    end as email,
    lower(family_name) || hash(person, 'old') % 100000 || '@old.example.org' as old_email,
    cast(200 + line // 10000 as varchar) as area_code,
    lpad(cast(line % 10000 as varchar), 4, '0') as line_number
from spelt""",
    """
create temp table clean as
with systems as (
    select * from (values $systems) as listed (
        system, source, prefix, adults, kids, name, born, mail, phone, post, card
    )
),
seen as (
    select
        systems.*,
        persons.person as seen_person,
        persons.home,
        persons.person * 12 + systems.system as number
    from persons
    inner join systems
        on draw(persons.person, systems.prefix || systems.system)
            < case when persons.is_child then systems.kids else systems.adults end
)
-- An emergency contact is what somebody else's account says of a parent.
select
    seen.*,
    persons.* exclude (home, size)
from seen
inner join persons
    on case seen.source when 'capitan_contacts' then seen.home * 6 else seen.seen_person end
    = persons.person
-- Who is known by an address alone is the one whose address it is.
where
    not (seen.source in ('mailchimp', 'klaviyo', 'sendgrid') and persons.email <> persons.own_email)
    and not (seen.source = 'twilio' and persons.place = 1 and persons.shares_phone)""",
    """
create temp table spoilt as
with nicknames as (
    select given_name, min(nickname) as nickname from read_csv($nicknames) group by given_name
),
others as (
    select home, place, email, area_code, line_number from persons where place < 2
)
select
    clean.prefix || case
        when clean.source in ('sendgrid', 'twilio', 'mailchimp')
            then left(md5(clean.number::varchar), 16)
        else clean.number::varchar
    end as record_key,
    clean.number,
    clean.source,
    clean.person,
    clean.home,
    clean.seen_person,
    clean.has_membership,
    clean.is_child,
    draw(clean.number, 'new') as newness,
    case
        when draw(clean.number, 'has name') >= clean.name then null
        when draw(clean.number, 'swapped') < 0.003 then clean.family_name
        when draw(clean.number, 'given') < 0.008 then mistyped(clean.given, hash(clean.number, 1))
        when draw(clean.number, 'given') < 0.012 then clean.given[1]
        when draw(clean.number, 'given') < 0.06 then coalesce(nicknames.nickname, clean.given)
        when draw(clean.number, 'given') < 0.08 then upper(clean.given)
        else clean.given
    end as given_name,
    case
        when draw(clean.number, 'has name') >= clean.name then null
        when draw(clean.number, 'swapped') < 0.003 then clean.given
        when draw(clean.number, 'family') < 0.008
            then mistyped(clean.family_name, hash(clean.number, 2))
        when draw(clean.number, 'family') < 0.018 then null
        -- As it was before a wedding.
        when draw(clean.number, 'family') < 0.03
            then pick($family, draw(clean.person, 'maiden'))
        else clean.family_name
    end || case
        when clean.suffix is not null and draw(clean.number, 'suffix') < 0.75
            then ' ' || clean.suffix
        else ''
    end as family_name,
    case
        when draw(clean.number, 'has birth') >= clean.born then null
        when draw(clean.number, 'birth') < 0.006 and day(clean.birth_date) < 13
            then make_date(
                year(clean.birth_date), day(clean.birth_date), month(clean.birth_date)
            )
        when draw(clean.number, 'birth') < 0.011 then clean.birth_date + 10
        when draw(clean.number, 'birth') < 0.014 then date '1900-01-01'
        else clean.birth_date
    end as birth_date,
    case
        when draw(clean.number, 'has post') < clean.post then clean.address
    end as postal_address,
    case
        when draw(clean.number, 'has mail') >= clean.mail then null
        when draw(clean.number, 'mail') < 0.003 then 'test@example.org'
        when draw(clean.number, 'mail') < 0.018 and clean.system < 5 then others.email
        when draw(clean.number, 'mail') < 0.026 then mistyped(clean.email, hash(clean.number, 3))
        when draw(clean.number, 'mail') < 0.056 then upper(clean.email)
        when draw(clean.person, 'moved') < 0.12 and draw(clean.number, 'mail') < 0.4
            and not clean.is_child
            then clean.old_email
        else clean.email
    end as email,
    case
        when draw(clean.number, 'has phone') >= clean.phone then null
        when draw(clean.number, 'phone') < 0.002 then '555-555-5555'
        when draw(clean.number, 'phone') < 0.012 and clean.system < 5
            then '+1' || others.area_code || '555' || others.line_number
        when draw(clean.number, 'phone') < 0.02
            then '+1' || clean.area_code || '555' || reverse(clean.line_number)
        when draw(clean.number, 'phone') < 0.15
            then '(' || clean.area_code || ') 555-' || clean.line_number
        when draw(clean.number, 'phone') < 0.3
            then clean.area_code || '-555-' || clean.line_number
        else '+1' || clean.area_code || '555' || clean.line_number
    end as phone,
    -- Couples share a card.
    case
        when draw(clean.number, 'has card') >= clean.card then null
        when clean.place = 1 and clean.home % 10 = 0 then md5('card' || clean.home * 6)
        else md5('card' || clean.person)
    end as card,
    date '2019-01-01' + to_seconds(hash(clean.number, 'created') % 223000000) as created_at
from clean
left join nicknames
    on lower(clean.given) = nicknames.given_name
left join others
    on clean.home = others.home and others.place = case when clean.place = 0 then 1 else 0 end""",
]

# What a day sees: one record in two hundred has not come yet, and as many change their e-mail.
CONTRACTS = [
    """
create or replace temp table shown as
select
    * replace (
        case
            when $day > 1 and newness between 0.005 and 0.01
                then 'changed' || number || '@p1.example.org'
            else email
        end as email
    )
from read_parquet($file)
where $day > 1 or newness >= 0.005""",
    """
create or replace table main.people as
with contacts as (
    select record_key, person, lower(email) as value from shown where email is not null
    union all
    select record_key, person, right(regexp_replace(phone, '[^0-9]', '', 'g'), 10)
    from shown where phone is not null
),
met as (
    select record_key, count(*) over (partition by person, value) > 1 as is_met
    from contacts
)
select
    shown.record_key,
    'p' || shown.person as person_id,
    'h' || shown.home as household_id,
    coalesce(bool_or(met.is_met), false)
    or count(*) over (partition by shown.person) = 1 as is_linkable
from shown
left join met on shown.record_key = met.record_key
group by shown.record_key, shown.person, shown.home""",
    """
create or replace table intermediate.int_record__unioned as
select
    record_key, source, given_name, family_name, birth_date, postal_address,
    false as is_deleted, created_at,
    case source
        when 'capitan_contacts' then 'capitan:customer:' || seen_person * 12
    end as named_by_record_key
from shown""",
    """
create or replace table intermediate.int_identifier__unioned as
select record_key, identifier_type, value_raw, 'own' as origin, created_at as seen_at
from (
    unpivot (select record_key, created_at, email, phone, card from shown)
    on email, phone, card into name identifier_type value value_raw
)""",
    """
create or replace table intermediate.int_child_sign__unioned as
select record_key, 'on a youth membership' as sign
from shown where source = 'capitan' and is_child and has_membership""",
    """
create or replace table intermediate.int_adult_sign__unioned as
select record_key, 'to be called in an emergency' as sign
from shown where source = 'capitan_contacts'""",
    """
create or replace table intermediate.int_context__unioned as
select record_key, 'capitan:membership:' || home as context_key
from shown
where has_membership and (source = 'capitan' or (source = 'stripe' and number % 2 = 0))""",
    """
create or replace table intermediate.int_guardian__unioned as
select
    child.record_key as child_record_key,
    adult.record_key as guardian_record_key,
    'owner of the membership' as way,
    'medium' as confidence
from shown as child
inner join shown as adult
    on child.home = adult.home and adult.number = adult.home * 72 and adult.source = 'capitan'
where
    child.source = 'capitan' and child.record_key <> adult.record_key and child.has_membership""",
]


def draw_town(file: Path, records: int, nicknames: Path) -> None:
    """Write about so many records of people as parquet; `nicknames` is the seed."""
    header, *rows = [
        [cell.strip() for cell in line.split("|")] for line in SYSTEMS.strip().splitlines()
    ]
    texts = {header.index("source"), header.index("prefix")}
    systems = ", ".join(
        "("
        + ", ".join(f"'{cell}'" if place in texts else cell for place, cell in enumerate(row))
        + ")"
        for row in rows
    )
    values = {
        "given": sorted({*FEMALE, *MALE}, key=lambda name: (len(name), name)),
        "family": FAMILY,
        "streets": STREETS,
        "middles": MIDDLES,
        "homes": round(records / RECORDS_A_PERSON / PEOPLE_A_HOME),
        "nicknames": str(nicknames),
    }
    with duckdb.connect() as connection:
        connection.execute("set threads = 2; set memory_limit = '6GB'")
        for step in STEPS:
            used = {name: value for name, value in values.items() if f"${name}" in step}
            connection.execute(step.replace("$systems", systems), used)
        connection.execute(f"copy spoilt to '{file}' (format parquet)")


def show_day(connection: duckdb.DuckDBPyConnection, file: Path, day: int) -> None:
    """Write the contracts and the truth as day 1 or day 2 shows them, from a drawn town."""
    connection.execute("create schema if not exists intermediate")
    for step in CONTRACTS:
        values = {"file": str(file), "day": day} if "$day" in step else {}
        connection.execute(step, values)
