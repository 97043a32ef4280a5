-- What a source tells makes one event for each row, apart from rows that are counted with a reason.
select
    event_coverage.source,
    event_coverage.event_type,
    event_coverage.row_count,
    event_coverage.event_count
from {{ ref('event_coverage') }} as event_coverage
where
    event_coverage.outcome = 'made'
    and event_coverage.row_count is distinct from event_coverage.event_count
