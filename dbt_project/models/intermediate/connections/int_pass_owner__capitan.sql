-- Grain: one row per entry on somebody else's pass, with whose it was as far as that is certain.
with

settings as (
    select
        -- A pass may be sold a little after the entry that it pays for.
        interval 1 day as sold_late,
        interval 90 day as bought_before,
        0.92 as least_similarity,
        0.05 as least_lead
),

-- The surer way first; what is found in one way is not looked for in the next.
ways as (
    select
        1 as place,
        'entry_pass' as match_method,
        100 as match_confidence
    union all by name
    select
        1 as place,
        'membership' as match_method,
        100 as match_confidence
    union all by name
    select
        2 as place,
        'purchase' as match_method,
        90 as match_confidence
    union all by name
    select
        3 as place,
        'name' as match_method,
        80 as match_confidence
    union all by name
    select
        4 as place,
        'similar_name' as match_method,
        60 as match_confidence
),

pass_uses as (
    select
        pass_uses.*,
        'capitan:customer:' || pass_uses.capitan_customer_id as user_record_key
    from {{ ref('int_pass_use__capitan') }} as pass_uses
    where pass_uses.transfer_type is not null
),

entry_passes as (
    select * from {{ ref('stg_capitan__entry_passes') }}
),

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

membership_members as (
    select * from {{ ref('stg_capitan__membership_members') }}
),

payments as (
    select * from {{ ref('int_payment__unioned') }}
),

payment_lines as (
    select * from {{ ref('int_payment_line__unioned') }}
),

records as (
    select * from {{ ref('int_identity__records') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

-- What a pass is and when it was bought: by its own word, else by the payment that names it.
passes as (
    select
        'capitan:customer:' || entry_passes.owner_capitan_customer_id as record_key,
        entry_passes.remaining_count,
        lower(coalesce(entry_passes.pass_type, min(payment_lines.product))) as pass_type,
        coalesce(entry_passes.purchased_at, min(payments.paid_at)) as purchased_at
    from entry_passes
    left join payment_lines
        on 'capitan:entry_pass:' || entry_passes.entry_pass_id = payment_lines.paid_for_key
    left join payments
        on payment_lines.payment_id = payments.payment_id
    where entry_passes.owner_capitan_customer_id is not null
    group by
        entry_passes.entry_pass_id,
        entry_passes.owner_capitan_customer_id,
        entry_passes.pass_type,
        entry_passes.remaining_count,
        entry_passes.purchased_at
),

rosters as (
    select
        'capitan:customer:' || membership_members.capitan_customer_id as record_key,
        memberships.start_date,
        case
            when memberships.membership_status = 'ACT' then date '9999-12-31'
            else memberships.end_date
        end as last_date
    from memberships
    inner join membership_members
        on memberships.membership_instance_id = membership_members.membership_instance_id
    where not {{ is_temporary_product("memberships.membership_name") }}
),

bought as (
    select
        payments.record_key,
        payments.paid_at,
        lower(payment_lines.product) as pass_type
    from payment_lines
    inner join payments
        on payment_lines.payment_id = payments.payment_id
    where payments.record_key is not null
),

-- Every name under which any of a customer's records knows them.
names as (
    select
        members.customer_id,
        concat_ws(
            ' ', records.given_folded, records.family_folded, records.name_suffix
        ) as name_folded,
        records.given_folded,
        records.family_folded
    from members
    inner join records
        on members.record_key = records.record_key
    where records.given_folded is not null or records.family_folded is not null
),

-- The accounts of everybody who has the name; whoever entered did so on another account's pass.
namesakes as (
    select
        pass_uses.check_in_id,
        members.customer_id,
        members.record_key
    from pass_uses
    inner join names
        on pass_uses.owner_name_folded = names.name_folded
    inner join members
        on names.customer_id = members.customer_id
    inner join records
        on members.record_key = records.record_key
    where
        records.is_person_register
        and members.record_key <> pass_uses.user_record_key
        and coalesce(records.created_at <= pass_uses.checked_in_at, true)
    group by pass_uses.check_in_id, members.customer_id, members.record_key
),

found_by_pass as (
    select
        'entry_pass' as match_method,
        namesakes.check_in_id,
        namesakes.customer_id,
        namesakes.record_key
    from namesakes
    inner join pass_uses
        on namesakes.check_in_id = pass_uses.check_in_id
    inner join passes
        on
            namesakes.record_key = passes.record_key
            and lower(pass_uses.pass_type) = passes.pass_type
    cross join settings
    where
        pass_uses.transfer_type = 'entry_pass'
        and coalesce(passes.purchased_at <= pass_uses.checked_in_at + settings.sold_late, true)
        and coalesce(passes.remaining_count <= pass_uses.remaining_count, true)
),

found_by_membership as (
    select
        'membership' as match_method,
        namesakes.check_in_id,
        namesakes.customer_id,
        namesakes.record_key
    from namesakes
    inner join pass_uses
        on namesakes.check_in_id = pass_uses.check_in_id
    inner join rosters
        on namesakes.record_key = rosters.record_key
    where
        pass_uses.transfer_type = 'guest_pass'
        and cast(pass_uses.checked_in_local_at as date)
        between rosters.start_date and rosters.last_date
),

found_by_purchase as (
    select
        'purchase' as match_method,
        namesakes.check_in_id,
        namesakes.customer_id,
        namesakes.record_key
    from namesakes
    inner join pass_uses
        on namesakes.check_in_id = pass_uses.check_in_id
    inner join members
        on namesakes.customer_id = members.customer_id
    inner join bought
        on
            members.record_key = bought.record_key
            and bought.pass_type = lower(pass_uses.pass_type)
    cross join settings
    where
        pass_uses.transfer_type = 'entry_pass'
        and bought.paid_at
        between pass_uses.checked_in_at - settings.bought_before
        and pass_uses.checked_in_at + settings.sold_late
),

found_by_name as (
    select
        'name' as match_method,
        namesakes.check_in_id,
        namesakes.customer_id,
        namesakes.record_key
    from namesakes
),

-- Nobody has exactly this name: who owned a fitting pass, or could bring guests, and is spelled
-- almost so? The first letter is the same, else every name would be held against every other.
strangers as (
    select pass_uses.*
    from pass_uses
    left join namesakes
        on pass_uses.check_in_id = namesakes.check_in_id
    where namesakes.check_in_id is null
),

possible_owners as (
    select
        strangers.check_in_id,
        members.customer_id,
        passes.record_key,
        jaro_winkler_similarity(strangers.owner_name_folded, names.name_folded) as similarity
    from strangers
    cross join settings
    inner join passes
        on
            lower(strangers.pass_type) = passes.pass_type
            and passes.purchased_at
            between strangers.checked_in_at - settings.bought_before
            and strangers.checked_in_at + settings.sold_late
            and coalesce(strangers.remaining_count >= passes.remaining_count, true)
    inner join members
        on passes.record_key = members.record_key
    inner join names
        on
            members.customer_id = names.customer_id
            and left(strangers.owner_name_folded, 1) = left(names.name_folded, 1)
    where
        strangers.transfer_type = 'entry_pass'
        and members.record_key <> strangers.user_record_key
    union all by name
    select
        strangers.check_in_id,
        members.customer_id,
        rosters.record_key,
        jaro_winkler_similarity(strangers.owner_name_folded, names.name_folded) as similarity
    from strangers
    inner join rosters
        on
            cast(strangers.checked_in_local_at as date)
            between rosters.start_date and rosters.last_date
    inner join members
        on rosters.record_key = members.record_key
    inner join names
        on
            members.customer_id = names.customer_id
            and left(strangers.owner_name_folded, 1) = left(names.name_folded, 1)
    where
        strangers.transfer_type = 'guest_pass'
        and members.record_key <> strangers.user_record_key
),

best_likeness as (
    select
        possible_owners.check_in_id,
        possible_owners.customer_id,
        min_by(
            possible_owners.record_key, (-possible_owners.similarity, possible_owners.record_key)
        ) as record_key,
        max(possible_owners.similarity) as similarity
    from possible_owners
    group by possible_owners.check_in_id, possible_owners.customer_id
),

-- Whoever is nearly as alike as the best is a candidate too, and then nobody is chosen.
found_by_likeness as (
    select
        'similar_name' as match_method,
        best_likeness.check_in_id,
        best_likeness.customer_id,
        best_likeness.record_key
    from best_likeness
    cross join settings
    where best_likeness.similarity >= settings.least_similarity - settings.least_lead
    qualify
        max(best_likeness.similarity) over (partition by best_likeness.check_in_id)
        >= settings.least_similarity
        and best_likeness.similarity
        > max(best_likeness.similarity) over (partition by best_likeness.check_in_id)
        - settings.least_lead
),

found as (
    select *
    from found_by_pass
    union all by name
    select *
    from found_by_membership
    union all by name
    select *
    from found_by_purchase
    union all by name
    select *
    from found_by_name
    union all by name
    select *
    from found_by_likeness
),

surest as (
    select
        found.*,
        ways.match_confidence
    from found
    inner join ways
        on found.match_method = ways.match_method
    qualify
        ways.place = min(ways.place) over (partition by found.check_in_id)
),

decided as (
    select
        surest.check_in_id,
        min(surest.record_key) as owner_record_key,
        min(surest.match_method) as match_method,
        min(surest.match_confidence) as match_confidence,
        count(distinct surest.customer_id) as candidate_count
    from surest
    group by surest.check_in_id
)

select
    pass_uses.check_in_id,
    case when decided.candidate_count = 1 then decided.owner_record_key end as owner_record_key,
    case
        when decided.candidate_count = 1 then decided.match_method
        when decided.candidate_count > 1 then 'ambiguous'
        else 'none'
    end as match_method,
    case when decided.candidate_count = 1 then decided.match_confidence else 0 end
        as match_confidence,
    coalesce(decided.candidate_count, 0) as candidate_count
from pass_uses
left join decided
    on pass_uses.check_in_id = decided.check_in_id
