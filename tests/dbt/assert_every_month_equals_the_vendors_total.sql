-- Gross, refunds and fees of each source and month equal the vendor's own figures to the cent, up
-- to the last day that both show whole.
select *
from {{ ref('reconciliation') }} as reconciliation
where
    reconciliation.gross_difference <> 0
    or reconciliation.refunds_difference <> 0
    or reconciliation.fees_difference <> 0
