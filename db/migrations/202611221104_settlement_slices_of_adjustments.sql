-- phase: expand
-- A slice of a reserve is part of a commission, or of an entry beside commissions; their ids are alike in a database.
alter table settlement.reserve_slices add column of_adjustment boolean;
