"""Words of wages and salaries, by strength; the form is that of `words_fee`."""

PHRASES = """
netpay, verloning, loonrun, loonverwerking, salarisrun, salarisverwerking, nettopay, paycheck,
paychecks, payslip, paysheet, staffpay, wagebill, salaryrun, lohnverrechnung, dispersion nomina,
dispersion sueldos, raya semanal, jornales, quincena, netto udbetaling, lønudbetalinger,
nettolønn utbetaling, palkkioiden maksu, palkanmaksut, palkka-ajo, salary, salaries, wages, wage,
payroll, net pay, net salary, net wages, staff salary, staff salaries, salary payment,
salary payments, salaries and wages, wages and salaries, salary run, payroll run, payroll funding,
payroll batch, payroll direct deposit, direct deposit payroll, dir dep payroll, monthly salary,
weekly wages, employee pay, employee payroll, employee salaries, staff pay, staff wages,
staff payroll, bonus payment staff, staff bonus, directors salary, director salary, 13th month,
thirteenth salary, holiday pay, severance pay, payroll net, net payroll, adp payroll, adp wage pay,
paychex payroll, gusto pay, gusto net, gusto payroll, quickbooks payroll, intuit payroll,
adp wages, paylocity payroll, ceridian payroll, bacs payroll, bacs salaries, bacs wages, pay run,
gehalt, gehälter, gehaltszahlung*, lohn, löhne, lohnzahlung*, lohn gehalt, lohn gehälter,
löhne gehälter, lohn- gehalt*, lohngehalt*, gehaltslauf, lohnlauf, monatsgehalt, monatslohn,
nettolohn, nettolöhne, nettogehalt, nettogehälter, gehaltsabrechnung, lohnabrechnung,
lohnauszahlung, gehaltsüberweisung, sammelüberweisung lohn, sammelüberweisung gehälter,
dienstbezüge, bezüge, weihnachtsgeld, urlaubsgeld, aushilfslohn, aushilfslöhne,
geschäftsführergehalt, entgeltzahlung mitarbeiter, personalkosten, salär, saläre, salärzahlung,
ausbildungsvergütung, salaire, salaires, virement salaire, virement salaires, virement paie, paie,
paies, paye, rémunération salarié, net à payer salaire, acompte salaire, solde tout compte,
salaire net, prime salarié, primes salariés, 13ème mois, salaris, salarissen, salarisbetaling,
loon, lonen, loonbetaling, nettoloon, netto loon, netto salaris, netto lonen, bezoldiging,
vakantiegeld, vakantietoeslag, dertiende maand, eindejaarsuitkering, wedde, nomina, nominas,
pago nomina, pago nominas, abono nomina, transferencia nomina, salario, salarios, sueldo, sueldos,
pago sueldos, haberes, pago haberes, paga extra, finiquito, remesa nominas, aguinaldo,
planilla sueldos, planilla haberes, stipendio, stipendi, pagamento stipendi, accredito stipendi,
emolumenti, emolumento, retribuzione, retribuzioni, tredicesima, quattordicesima, busta paga,
competenze mese dipendenti, paghe, salari, compenso dipendente, tfr liquidazione, salário,
vencimento, vencimentos, ordenado, ordenados, pagamento salários, pagamento vencimentos,
proc vencimentos, subsídio férias, subsídio natal, folha pagamento, pgto salario, pagto salario,
pagto folha, décimo terceiro, pro labore, wynagrodzenie, wynagrodzenia, wynagr, pensja, pensje,
wypłata wynagrodzenia, lista płac, płace, premia pracownik, wypłata pensji, mzda, mzdy, výplata,
výplaty, výplata mezd, výplata mzdy, plat zaměstnance, mzdy zaměstnanci, výplata miezd,
odměna zaměstnanec, munkabér, munkabérek, bérfizetés, bér, bérek, fizetés dolgozó, havi bér,
bérátutalás, nettó bér, jövedelem utalás, salariu, salarii, plata salarii, plată salariu,
avans salariu, lichidare salariu, drepturi salariale, chenzina, plaća, plaće, isplata plaće,
isplata plaća, plača, plače, izplačilo plač, izplačilo plače, neto plača, regres, зарплата,
заработная плата, заработной платы, выплата зарплаты, аванс зарплата, заробітна плата,
заробітної плати, зарплати, заплата, заплати, трудово възнаграждение, zarada, zarade,
isplata zarade, lön, löner, löneutbetalning, löneutbetalningar, löneinsättning, nettolön,
lönekörning, lønn, lønninger, lønnsutbetaling, nettolønn, løn, lønudbetaling, lønoverførsel,
nettoløn, feriepenger, feriepenge, lønkørsel, palkka, palkat, palkanmaksu, palkkamaksu,
nettopalkka, nettopalkat, lomaraha, palk, palgad, töötasu, palga väljamakse, alga, darba alga,
algas, atlyginimas, darbo užmokestis, atlyginimai, darbo uzmokescio, maaş, maaş ödemesi, maaşlar,
personel maaş, personel ücret, ücret ödemesi personel, maas odemesi, avans personel, μισθός,
μισθοί, μισθοδοσία, μισθοδοσίας, καταβολή μισθοδοσίας, δώρο χριστουγέννων, επίδομα αδείας, راتب,
رواتب, رواتب الموظفين, أجور, דחיית שכר, משכורת, משכורות, שכר עבודה, שכר, 工资, 薪资, 代发工资,
工資, 薪金, 薪酬, 給与, 給料, 賞与, 給与振込, 급여, 월급, 상여금, 급여이체, gaji, gaji karyawan,
payroll gaji, upah, lương, trả lương, chi lương, thanh toán lương, เงินเดือน
"""

PROCESSORS = """
adp, adp inc, automatic data processing, paychex, gusto, ceridian, dayforce, paylocity, paycom,
rippling, justworks, trinet, intuit payroll, quickbooks payroll, square payroll, onpay, payfit,
silae, personio payroll, sd worx, securex, partena, acerta, liantis, visma lønn, visma lön,
zalaris, xero payroll, deel, remote payroll, papaya global
"""
"""Firms that pay wages for others: their name is no company's bill when the text speaks of pay."""

WORDS = """
*lohn, *gehalt, *löhne, *gehälter, vergütung, remuneration, rémunération, stipend,
honorarium staff, wypłata, compensation employee, bonus, sal
"""

WEAK = """
employee, staff, personnel, personal, mitarbeiter, salarié, salariés, empleados, dipendenti,
pracownik, zaměstnanec, personel, expenses claim, direct deposit, dir dep
"""

CODES = """
SALA, ESCT SALA, ICDT SALA, BONU, PAYR
"""
