-- phase: expand
-- No row had a recruiter before: the constraint is looked through without stopping anybody.
alter table partners.enrolments validate constraint enrolments_recruiter_enrolled;
