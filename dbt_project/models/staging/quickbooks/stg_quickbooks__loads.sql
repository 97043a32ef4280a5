-- Grain: one row per table, with the business day that its last completed load shows.
{{ staged_loads('quickbooks') }}
