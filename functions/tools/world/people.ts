/** Names for seeded records and for mocks: invented people of invented companies. */
export const FIRST_NAMES = [
  "Amara",
  "Benedikt",
  "Carmen",
  "Dmitri",
  "Eleni",
  "Farid",
  "Greta",
  "Hiroshi",
  "Imani",
  "Jonas",
  "Katarina",
  "Liam",
  "Mei",
  "Noor",
  "Oskar",
  "Priya",
  "Rafael",
  "Sofia",
  "Tomasz",
  "Yusuf",
] as const;

export const LAST_NAMES = [
  "Okafor",
  "Lindner",
  "Reyes",
  "Volkov",
  "Papadaki",
  "Haddad",
  "Nilsson",
  "Tanaka",
  "Mwangi",
  "Becker",
  "Horvat",
  "Gallagher",
  "Chen",
  "Rahman",
  "Dahl",
  "Nair",
  "Moreira",
  "Rossi",
  "Kowalski",
] as const;

export const COMPANIES = [
  { name: "Northwind Dental", domain: "northwind-dental.example" },
  { name: "Bluebird Logistics", domain: "bluebird-logistics.example" },
  { name: "Marlow & Finch", domain: "marlow-finch.example" },
  { name: "Harbour Fitness", domain: "harbour-fitness.example" },
  { name: "Solstice Roofing", domain: "solstice-roofing.example" },
  { name: "Kestrel Robotics", domain: "kestrel-robotics.example" },
  { name: "Linden Property Care", domain: "linden-property.example" },
] as const;

export type Person = { first_name: string; last_name: string; email: string; phone: string; company: string };

const at = <Item>(list: readonly Item[], index: number): Item => {
  const item = list[index % list.length];
  if (item === undefined) throw new RangeError("a list of names is empty");
  return item;
};

/** The n-th person: the lists have 20, 19 and 7 entries, without a common divisor, so 2,660 people differ. */
export const person = (n: number): Person => {
  const [first_name, last_name, company] = [at(FIRST_NAMES, n), at(LAST_NAMES, n), at(COMPANIES, n)];
  return {
    first_name,
    last_name,
    email: `${first_name}.${last_name}@${company.domain}`.toLowerCase(),
    phone: `+1 555 01${String(n % 100).padStart(2, "0")}`,
    company: company.name,
  };
};
