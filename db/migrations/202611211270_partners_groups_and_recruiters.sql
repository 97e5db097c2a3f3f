-- phase: expand
-- Partners of a program are treated alike in groups, and some brought others. Old code leaves both as they are.
alter table partners.enrolments add column groups text[] not null default '{}';
alter table partners.enrolments add column recruited_by uuid;
alter table partners.enrolments add constraint enrolments_recruiter_enrolled
  foreign key (program_id, recruited_by) references partners.enrolments (program_id, partner_id) not valid;
