-- phase: expand
-- What an explanation rests on, in short: where it changes and the cents do not, the commission is explained anew.
alter table commission.commissions add column grounds text;
