-- Grain: one row per rule, as its file says of itself.
with

-- unions: meta of flag_*
unioned as (
    select
        'product' as category,
        'guardian' as children,
        'whoever began a pass or membership' as considers,
        14 as cool_down_days,
        'shopify|klaviyo' as destinations,
        '2_week_pass_purchase' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'marketing' as owner,
        false as persistent,
        'medium' as priority,
        '' as same_as,
        'Somebody who ever began a two-week pass.' as sentence
    union all by name
    select
        'status' as category,
        'self' as children,
        'whoever has a running membership or pass' as considers,
        0 as cool_down_days,
        'shopify' as destinations,
        'active-membership' as flag_type,
        365 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        true as persistent,
        'low' as priority,
        '' as same_as,
        'On the roster of a running membership that is no temporary pass, or its owner.'
            as sentence
    union all by name
    select
        'status' as category,
        'self' as children,
        'whoever has a running membership or pass' as considers,
        0 as cool_down_days,
        'shopify' as destinations,
        'active-prepaid-pass' as flag_type,
        365 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        true as persistent,
        'low' as priority,
        '' as same_as,
        'The owner of a two-week pass that is running.' as sentence
    union all by name
    select
        'engagement' as category,
        'self' as children,
        'whoever came on two days' as considers,
        0 as cool_down_days,
        '' as destinations,
        'back_after_break' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'low' as priority,
        '' as same_as,
        'Back in the last three days, for the first time in two weeks and more.'
            as sentence
    union all by name
    select
        'birthday' as category,
        'guardian' as children,
        'whoever is a guest of a birthday party' as considers,
        7 as cool_down_days,
        'shopify|klaviyo' as destinations,
        'birthday_party_attendee_one_week_out' as flag_type,
        7 as lifetime_days,
        '' as overlaps_with,
        'events' as owner,
        false as persistent,
        'medium' as priority,
        '' as same_as,
        'A guest of a birthday party in exactly seven days.' as sentence
    union all by name
    select
        'birthday' as category,
        'never' as children,
        'whoever is host of a birthday party' as considers,
        7 as cool_down_days,
        'shopify|klaviyo' as destinations,
        'birthday_party_host_completed' as flag_type,
        7 as lifetime_days,
        '' as overlaps_with,
        'events' as owner,
        false as persistent,
        'high' as priority,
        '' as same_as,
        'The host of a birthday party that was yesterday.' as sentence
    union all by name
    select
        'birthday' as category,
        'never' as children,
        'whoever is host of a birthday party' as considers,
        7 as cool_down_days,
        'shopify|klaviyo' as destinations,
        'birthday_party_host_one_week_out' as flag_type,
        7 as lifetime_days,
        '' as overlaps_with,
        'events' as owner,
        false as persistent,
        'high' as priority,
        '' as same_as,
        'The host of a birthday party in exactly seven days.' as sentence
    union all by name
    select
        'birthday' as category,
        'never' as children,
        'whoever is host of a birthday party' as considers,
        7 as cool_down_days,
        'shopify|klaviyo' as destinations,
        'birthday_party_host_six_days_out' as flag_type,
        7 as lifetime_days,
        '' as overlaps_with,
        'events' as owner,
        false as persistent,
        'high' as priority,
        '' as same_as,
        'The host of a birthday party in exactly six days.' as sentence
    union all by name
    select
        'retention' as category,
        'self' as children,
        'every active member who came before' as considers,
        0 as cool_down_days,
        '' as destinations,
        'churn_risk' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'high' as priority,
        '' as same_as,
        'An active member for two weeks who came in the last sixty days, but not in fourteen.'
            as sentence
    union all by name
    select
        'conversion' as category,
        'never' as children,
        'whoever had a day pass' as considers,
        90 as cool_down_days,
        '' as destinations,
        'day_pass_loyalist' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'medium' as priority,
        '' as same_as,
        'No member, with five days and more on day passes, one of them in the last ninety.'
            as sentence
    union all by name
    select
        'engagement' as category,
        'self' as children,
        'whoever booked in the last ninety days' as considers,
        0 as cool_down_days,
        '' as destinations,
        'event_enthusiast' as flag_type,
        30 as lifetime_days,
        '' as overlaps_with,
        'events' as owner,
        false as persistent,
        'low' as priority,
        '' as same_as,
        'Three bookings or courses in the last ninety days, and here on fewer than six days.'
            as sentence
    union all by name
    select
        'retention' as category,
        'self' as children,
        'every active member who came in the last twelve weeks' as considers,
        60 as cool_down_days,
        '' as destinations,
        'fading_star' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'high' as priority,
        '' as same_as,
        'An active member who came thrice a week for eight weeks and in the last four did not.'
            as sentence
    union all by name
    select
        'tracking' as category,
        'never' as children,
        'whoever was sent a campaign' as considers,
        30 as cool_down_days,
        'shopify' as destinations,
        'fifty_percent_offer_sent' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'marketing' as owner,
        false as persistent,
        'medium' as priority,
        '' as same_as,
        'Somebody who was sent a campaign with an offer of fifty per cent within three days.'
            as sentence
    union all by name
    select
        'conversion' as category,
        'guardian' as children,
        'whoever had a day pass' as considers,
        180 as cool_down_days,
        'shopify|klaviyo' as destinations,
        'first_time_day_pass_2wk_offer' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'marketing' as owner,
        false as persistent,
        'high' as priority,
        '' as same_as,
        'No member, with a first day pass, or a first in sixty days, up to five days ago.'
            as sentence
    union all by name
    select
        'retention' as category,
        'self' as children,
        'every active member' as considers,
        0 as cool_down_days,
        '' as destinations,
        'ghost_member' as flag_type,
        14 as lifetime_days,
        'lapsed_member' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'low' as priority,
        '' as same_as,
        'An active member for thirty days and more who has not come in the last thirty.'
            as sentence
    union all by name
    select
        'status' as category,
        'never' as children,
        'whoever owns a membership, has a child here or had word of a party'
            as considers,
        0 as cool_down_days,
        'shopify|klaviyo' as destinations,
        'has-youth' as flag_type,
        365 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        true as persistent,
        'low' as priority,
        '' as same_as,
        'Somebody with a child: a youth or family membership, a known child, or a party.'
            as sentence
    union all by name
    select
        'retention' as category,
        'self' as children,
        'every active member' as considers,
        0 as cool_down_days,
        '' as destinations,
        'lapsed_member' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'medium' as priority,
        '' as same_as,
        'An active member who has not come for more than thirty days, or never since joining.'
            as sentence
    union all by name
    select
        'retention' as category,
        'guardian' as children,
        'whoever had a membership that ended' as considers,
        180 as cool_down_days,
        'shopify|klaviyo' as destinations,
        'membership_cancelled_winback' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'marketing' as owner,
        false as persistent,
        'high' as priority,
        '' as same_as,
        'Somebody whose last membership ended up to seven days ago and who has no other.'
            as sentence
    union all by name
    select
        'conversion' as category,
        'never' as children,
        'whoever had a day pass or paid for anything' as considers,
        60 as cool_down_days,
        '' as destinations,
        'membership_candidate' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'medium' as priority,
        '' as same_as,
        'No member, with three days on passes in sixty, or 100 dollars spent in ninety.'
            as sentence
    union all by name
    select
        'retention' as category,
        'self' as children,
        'whoever is on a running membership' as considers,
        30 as cool_down_days,
        '' as destinations,
        'membership_ending_soon' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'medium' as priority,
        '' as same_as,
        'On a running membership without a further bill that ends within thirty days.'
            as sentence
    union all by name
    select
        'engagement' as category,
        'guardian' as children,
        'whoever began a membership, or paid a first time for one' as considers,
        14 as cool_down_days,
        'shopify|klaviyo' as destinations,
        'new_member' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'high' as priority,
        '' as same_as,
        'A membership began up to three days ago, and there was none in half a year before.'
            as sentence
    union all by name
    select
        'engagement' as category,
        'self' as children,
        'whoever first came in the last sixty days' as considers,
        0 as cool_down_days,
        '' as destinations,
        'newbie_rockstar' as flag_type,
        30 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'medium' as priority,
        '' as same_as,
        'First here two weeks to sixty days ago, and on three days a week since.'
            as sentence
    union all by name
    select
        'engagement' as category,
        'never' as children,
        'every customer' as considers,
        0 as cool_down_days,
        '' as destinations,
        'no_email' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'low' as priority,
        '' as same_as,
        'A customer, no child, of whom no e-mail of their own is known.'
            as sentence
    union all by name
    select
        'engagement' as category,
        'self' as children,
        'whoever bought a day pass' as considers,
        0 as cool_down_days,
        '' as destinations,
        'purchase_without_account' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'medium' as priority,
        '' as same_as,
        'Somebody who bought a day pass and has no account at the front desk.'
            as sentence
    union all by name
    select
        'conversion' as category,
        'guardian' as children,
        'whoever bought or used a day pass' as considers,
        0 as cool_down_days,
        'shopify' as destinations,
        'ready_for_membership' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'high' as priority,
        '' as same_as,
        'Never a member, with a day pass bought or used in the last fourteen days.'
            as sentence
    union all by name
    select
        'conversion' as category,
        'guardian' as children,
        'whoever had a day pass' as considers,
        180 as cool_down_days,
        'shopify|klaviyo' as destinations,
        'second_visit_offer_eligible' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'marketing' as owner,
        false as persistent,
        'high' as priority,
        'first_time_day_pass_2wk_offer' as same_as,
        'Everybody whom the two-week offer after a first day pass is meant for, too.'
            as sentence
    union all by name
    select
        'engagement' as category,
        'self' as children,
        'whoever came in the last eight weeks' as considers,
        0 as cool_down_days,
        '' as destinations,
        'super_user' as flag_type,
        30 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'low' as priority,
        '' as same_as,
        'Somebody who came on four days and more in each of the last eight weeks.'
            as sentence
    union all by name
    select
        'engagement' as category,
        'self' as children,
        'whoever came on ten days' as considers,
        0 as cool_down_days,
        '' as destinations,
        'tenth_visit' as flag_type,
        14 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'low' as priority,
        '' as same_as,
        'Somebody whose tenth day here was within the last seven days.'
            as sentence
    union all by name
    select
        'status' as category,
        'never' as children,
        'whoever paid for anything' as considers,
        0 as cool_down_days,
        '' as destinations,
        'vip' as flag_type,
        365 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        true as persistent,
        'low' as priority,
        '' as same_as,
        'Somebody who has paid two thousand dollars and more, refunds taken off.'
            as sentence
    union all by name
    select
        'engagement' as category,
        'self' as children,
        'whoever came in the last ninety days' as considers,
        0 as cool_down_days,
        '' as destinations,
        'weekend_warrior' as flag_type,
        30 as lifetime_days,
        '' as overlaps_with,
        'front desk' as owner,
        false as persistent,
        'low' as priority,
        '' as same_as,
        'Ten days here in the last ninety, and four of five of them on Saturdays and Sundays.'
            as sentence
)
-- unions: end

select
    unioned.flag_type,
    unioned.sentence,
    unioned.considers,
    unioned.owner,
    unioned.priority,
    unioned.category,
    unioned.children,
    unioned.destinations,
    unioned.same_as,
    unioned.overlaps_with,
    unioned.cool_down_days,
    unioned.lifetime_days,
    unioned.persistent as is_persistent
from unioned
