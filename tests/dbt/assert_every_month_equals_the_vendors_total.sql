-- Gross, refunds and fees of each source and month equal the vendor's own balance to the cent.
select *
from {{ ref('reconciliation') }} as reconciliation
where
    reconciliation.gross <> reconciliation.vendor_gross
    or reconciliation.refunds <> reconciliation.vendor_refunds
    or reconciliation.fees <> reconciliation.vendor_fees
