export { amountOf, cents, formatMoney, isSameAmount, sum, times } from './money';
