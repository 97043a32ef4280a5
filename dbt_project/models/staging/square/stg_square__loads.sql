-- Grain: one row per table and completed load.
{{ staged_loads('square') }}
