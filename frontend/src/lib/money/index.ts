export { amountOf, cents, CURRENCY, formatMoney, isSameAmount, sum, times } from './money';
